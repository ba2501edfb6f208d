"""For every class of `keras.layers`: what it is called with, and arguments beyond the defaults.

`cases(K)` gives, for each class, a list of functions that make a model. A class has at least five: its own variations,
filled up with other types, names and frozen layers.
"""
import inspect

VECTOR, SEQUENCE, IMAGE, VOLUME = (8,), (10, 8), (16, 16, 3), (8, 9, 8, 2)
LINES, FILMS, CLIPS = (4, 9, 3), (4, 9, 8, 3), (3, 6, 5, 6, 2)

# Abstract, or around code of another framework that no JSON holds.
NOT_MODELS = {"Layer", "InputSpec", "Wrapper", "FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"}


def _spatial(rank):
    return {1: SEQUENCE, 2: IMAGE, 3: VOLUME}[rank]


def variations(K):
    """Class name to (input shapes, list of keyword arguments). Integers in shapes' place mean an integer input."""
    L, I = K.layers, K.initializers
    table = {
        "Dense": (VECTOR, [
            dict(units=5), dict(units=4, use_bias=False, kernel_initializer="orthogonal"),
            dict(units=6, bias_initializer="random_normal", activation="gelu"),
            dict(units=4, lora_rank=2), dict(units=5, kernel_initializer=I.VarianceScaling(2.0, seed=4)),
            dict(units=4, dtype=K.dtype_policies.QuantizedDTypePolicy("int8", "float32")),
            dict(units=5, dtype=K.dtype_policies.QuantizedFloat8DTypePolicy("float8", "mixed_bfloat16")),
        ]),
        "EinsumDense": (SEQUENCE, [
            dict(equation="abc,cd->abd", output_shape=(None, 7), bias_axes="d"),
            dict(equation="abc,cde->abde", output_shape=(None, 3, 4), bias_axes="de", kernel_initializer="he_normal"),
            dict(equation="...x,xy->...y", output_shape=6), dict(equation="ab...,bc->ac...", output_shape=5, bias_axes="c"),
            dict(equation="abc,cd->abd", output_shape=(None, 7), lora_rank=2),
            dict(equation="abc,bd->adc", output_shape=(4, 8), bias_axes="dc", kernel_initializer="lecun_uniform"),
        ]),
        "Embedding": ((6,), [
            dict(input_dim=20, output_dim=4), dict(input_dim=9, output_dim=3, mask_zero=True, embeddings_initializer="he_normal"),
            dict(input_dim=12, output_dim=5, lora_rank=2), dict(input_dim=7, output_dim=1),
            dict(input_dim=12, output_dim=4, dtype=K.dtype_policies.QuantizedDTypePolicy("int8", "float32")),
        ]),
        "ReversibleEmbedding": ((6,), [
            dict(input_dim=20, output_dim=4), dict(input_dim=9, output_dim=3, tie_weights=False),
            dict(input_dim=9, output_dim=3, tie_weights=False, embeddings_initializer="glorot_normal"),
        ]),
        "BatchNormalization": (IMAGE, [
            {}, dict(axis=1), dict(scale=False), dict(center=False, scale=False),
            dict(gamma_initializer="zeros", beta_initializer="random_uniform"),
            dict(renorm=True, moving_variance_initializer=I.Constant(4.0)),
        ]),
        "LayerNormalization": (IMAGE, [
            {}, dict(axis=[1, 2]), dict(axis=[-1, 1]), dict(center=False), dict(scale=False, beta_initializer="ones"),
        ]),
        "GroupNormalization": ((16, 16, 8), [
            dict(groups=4), dict(groups=-1, scale=False), dict(groups=2, axis=1), dict(groups=1, center=False)]),
        "RMSNormalization": (SEQUENCE, [{}, dict(axis=1), dict(axis=[1, 2]), dict(epsilon=0.1)]),
        "UnitNormalization": (SEQUENCE, [{}, dict(axis=1)]),
        "Normalization": (IMAGE, [{}, dict(axis=None), dict(axis=(1, 3)), dict(mean=1.0, variance=2.0), dict(axis=1, invert=True)]),
        "SpectralNormalization": (IMAGE, [
            dict(layer=lambda: L.Conv2D(4, 3)), dict(layer=lambda: L.Dense(5)), dict(layer=lambda: L.Dense(5, use_bias=False)),
            dict(layer=lambda: L.Conv2DTranspose(2, 3), power_iterations=2)]),
        "PReLU": (IMAGE, [{}, dict(shared_axes=[1, 2]), dict(alpha_initializer="random_normal"), dict(shared_axes=[3])]),
        "Attention": ([SEQUENCE, (7, 8)], [{}, dict(use_scale=True), dict(score_mode="concat"), dict(use_scale=True, score_mode="concat", dropout=0.2), dict(seed=3, dropout=0.1)]),
        "AdditiveAttention": ([SEQUENCE, (7, 8)], [{}, dict(use_scale=False), dict(dropout=0.3)]),
        "MultiHeadAttention": ([SEQUENCE, (7, 6)], [
            dict(num_heads=2, key_dim=3), dict(num_heads=3, key_dim=2, value_dim=4, output_shape=5),
            dict(num_heads=2, key_dim=3, use_bias=False, dropout=0.1), dict(num_heads=2, key_dim=3, use_gate=True),
            dict(num_heads=2, key_dim=3, kernel_initializer="he_normal", bias_initializer="random_normal"),
            dict(num_heads=2, key_dim=3, kernel_initializer=I.GlorotUniform(seed=3)),
        ]),
        "GroupQueryAttention": ([SEQUENCE, (7, 8)], [
            dict(head_dim=3, num_query_heads=4, num_key_value_heads=2),
            dict(head_dim=2, num_query_heads=6, num_key_value_heads=3, use_bias=False, dropout=0.2),
            dict(head_dim=3, num_query_heads=4, num_key_value_heads=1, use_gate=True)]),
        "SimpleRNN": (SEQUENCE, [dict(units=3), dict(units=4, return_sequences=True, use_bias=False), dict(units=2, recurrent_initializer="identity"), dict(units=3, go_backwards=True, bias_initializer="random_uniform")]),
        "LSTM": (SEQUENCE, [dict(units=3), dict(units=4, unit_forget_bias=False), dict(units=2, return_sequences=True, dropout=0.1), dict(units=3, bias_initializer="random_normal"), dict(units=3, go_backwards=True, use_bias=False)]),
        "GRU": (SEQUENCE, [dict(units=3), dict(units=4, reset_after=False), dict(units=2, return_sequences=True, bias_initializer="random_normal"), dict(units=3, use_bias=False, seed=5)]),
        "RNN": (SEQUENCE, [
            dict(cell=lambda: L.LSTMCell(3)), dict(cell=lambda: L.GRUCell(4, reset_after=False), return_sequences=True),
            dict(cell=lambda: [L.LSTMCell(3), L.GRUCell(2)]), dict(cell=lambda: L.SimpleRNNCell(5), go_backwards=True),
            dict(cell=lambda: L.StackedRNNCells([L.SimpleRNNCell(2), L.LSTMCell(4)]))]),
        "Bidirectional": (SEQUENCE, [
            dict(layer=lambda: L.LSTM(3)), dict(layer=lambda: L.GRU(2, return_sequences=True), merge_mode="sum"),
            dict(layer=lambda: L.SimpleRNN(3), backward_layer=lambda: L.SimpleRNN(3, go_backwards=True, use_bias=False)),
            dict(layer=lambda: L.LSTM(3), merge_mode="mul"), dict(layer=lambda: L.RNN(L.GRUCell(3)), merge_mode="ave")]),
        "TimeDistributed": (FILMS, [
            dict(layer=lambda: L.Conv2D(4, 3)), dict(layer=lambda: L.BatchNormalization()), dict(layer=lambda: L.Dense(5)),
            dict(layer=lambda: L.MaxPooling2D()), dict(layer=lambda: K.Sequential([L.Flatten(), L.Dense(3)]))]),
        "InputLayer": None, "Lambda": None,
        "Activation": (VECTOR, [dict(activation="relu"), dict(activation="softmax"), dict(activation=lambda: K.activations.gelu)]),
        "Dropout": (VECTOR, [dict(rate=0.0), dict(rate=0.5), dict(rate=0.2, seed=3), dict(rate=0.1, noise_shape=(None, 1))]),
        "AlphaDropout": (VECTOR, [dict(rate=0.0), dict(rate=0.5), dict(rate=0.2, seed=3)]),
        "GaussianDropout": (VECTOR, [dict(rate=0.0), dict(rate=0.5), dict(rate=0.2, seed=3)]),
        "GaussianNoise": (VECTOR, [dict(stddev=0.0), dict(stddev=0.5), dict(stddev=0.2, seed=3)]),
        "ActivityRegularization": (VECTOR, [dict(l1=0.1), dict(l2=0.1)]),
        "Flatten": (IMAGE, [{}, dict(data_format="channels_first")]),
        "Reshape": (SEQUENCE, [dict(target_shape=(8, 10)), dict(target_shape=(-1,)), dict(target_shape=(4, -1, 2))]),
        "Permute": (IMAGE, [dict(dims=(3, 1, 2)), dict(dims=(2, 1, 3))]),
        "RepeatVector": (VECTOR, [dict(n=3), dict(n=1)]),
        "Masking": (SEQUENCE, [{}, dict(mask_value=1.0)]),
        "Concatenate": ([SEQUENCE, SEQUENCE], [{}, dict(axis=1), dict(axis=-2)]),
        "Dot": ([SEQUENCE, SEQUENCE], [dict(axes=2), dict(axes=1), dict(axes=(1, 1), normalize=True), dict(axes=-1)]),
        "CategoryEncoding": ((1,), [dict(num_tokens=5), dict(num_tokens=5, output_mode="one_hot"), dict(num_tokens=4, output_mode="count")]),
        "Discretization": ((3,), [dict(bin_boundaries=[0.0, 1.0]), dict(bin_boundaries=[0.0, 1.0], output_mode="one_hot"), dict(bin_boundaries=[0.5], output_mode="multi_hot")]),
        "Hashing": ((3,), [dict(num_bins=5), dict(num_bins=5, salt=3)]),
        "HashedCrossing": ([(1,), (1,)], [dict(num_bins=5), dict(num_bins=5, output_mode="one_hot")]),
        "IntegerLookup": ((3,), [dict(vocabulary=[1, 2, 5]), dict(vocabulary=[1, 2, 5], output_mode="multi_hot"), dict(vocabulary=[7, 9], output_mode="count")]),
        "StringLookup": ("string", [dict(vocabulary=["a", "b"]), dict(vocabulary=["a", "b"], output_mode="multi_hot")]),
        "TextVectorization": ("string", [dict(vocabulary=["a", "b"]), dict(vocabulary=["a", "b"], output_mode="multi_hot"), dict(vocabulary=["a"], output_sequence_length=4)]),
        "Rescaling": (IMAGE, [dict(scale=2.0), dict(scale=1 / 255, offset=-1.0)]),
        "Resizing": (IMAGE, [dict(height=5, width=7), dict(height=20, width=20, interpolation="nearest")]),
        "CenterCrop": (IMAGE, [dict(height=5, width=7), dict(height=16, width=4)]),
        "RandomCrop": (IMAGE, [dict(height=5, width=7), dict(height=5, width=7, seed=3)]),
        "MelSpectrogram": ((4000,), [{}, dict(num_mel_bins=20, sequence_stride=100)]),
        "STFTSpectrogram": ((600, 1), [
            dict(frame_length=64), dict(mode="real", frame_length=50, fft_length=64), dict(mode="stft", frame_length=32, frame_step=10),
            dict(mode="imag", frame_length=64, window="hamming", scaling="spectrum"), dict(frame_length=64, padding="same", expand_dims=True)]),
        "Pipeline": (IMAGE, [dict(layers=lambda: [L.Rescaling(2.0), L.CenterCrop(4, 4)])]),
        "ReLU": (VECTOR, [{}, dict(max_value=6.0), dict(negative_slope=0.2, threshold=0.1)]),
        "LeakyReLU": (VECTOR, [{}, dict(negative_slope=0.1)]),
        "ELU": (VECTOR, [{}, dict(alpha=0.5)]),
        "Softmax": (SEQUENCE, [{}, dict(axis=1)]),
        "Identity": (VECTOR, [{}]),
        "Solarization": (IMAGE, [{}, dict(addition_factor=0.2, seed=3)]),
        "RandomBrightness": (IMAGE, [dict(factor=0.2)]), "RandomContrast": (IMAGE, [dict(factor=0.2)]),
        "RandomColorDegeneration": (IMAGE, [dict(factor=0.2)]), "RandomColorJitter": (IMAGE, [
            {}, dict(brightness_factor=0.1, hue_factor=0.2), dict(saturation_factor=0.3, contrast_factor=0.1, seed=4)]),
        "RandomFlip": (IMAGE, [{}, dict(mode="horizontal", seed=2)]), "RandomHue": (IMAGE, [dict(factor=0.2)]),
        "RandomInvert": (IMAGE, [{}]), "RandomPosterization": (IMAGE, [dict(factor=3)]), "RandomRotation": (IMAGE, [dict(factor=0.2)]),
        "RandomSaturation": (IMAGE, [dict(factor=0.2)]), "RandomSharpness": (IMAGE, [dict(factor=0.2)]),
        "RandomShear": None, "RandomTranslation": (IMAGE, [dict(height_factor=0.2, width_factor=0.1)]),
        "RandomZoom": (IMAGE, [dict(height_factor=0.2)]), "RandomGrayscale": (IMAGE, [{}]), "Equalization": None,
        "StackedRNNCells": None, "LSTMCell": None, "GRUCell": None, "SimpleRNNCell": None,
    }
    for name in ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"]:
        table[name] = ([VECTOR, VECTOR], [{}])
    for rank in (1, 2, 3):
        shape, first = _spatial(rank), dict(data_format="channels_first")
        table[f"Conv{rank}D"] = (shape, [
            dict(filters=4, kernel_size=3), dict(filters=6, kernel_size=2, strides=2, padding="same", use_bias=False),
            dict(filters=shape[-1] * 2, kernel_size=3, groups=shape[-1]), dict(filters=3, kernel_size=2, dilation_rate=2),
            dict(filters=4, kernel_size=3, lora_rank=2), dict(filters=4, kernel_size=1, kernel_initializer="he_normal", bias_initializer="random_normal")])
        table[f"Conv{rank}DTranspose"] = (shape, [
            dict(filters=4, kernel_size=3), dict(filters=6, kernel_size=2, strides=2, padding="same", use_bias=False),
            dict(filters=2, kernel_size=4, strides=3, output_padding=1), dict(filters=2, kernel_size=3, kernel_initializer="orthogonal")])
        table[f"ConvLSTM{rank}D"] = ({1: LINES, 2: FILMS, 3: CLIPS}[rank], [
            dict(filters=3, kernel_size=2), dict(filters=2, kernel_size=3, padding="same", return_sequences=True),
            dict(filters=2, kernel_size=2, unit_forget_bias=False, use_bias=True), dict(filters=2, kernel_size=1, use_bias=False),
            dict(filters=2, kernel_size=2, dropout=0.1, bias_initializer="random_normal")])
        for kind in ("Max", "Average"):
            table[f"{kind}Pooling{rank}D"] = (shape, [dict(pool_size=2), dict(pool_size=3, strides=1, padding="same"), dict(pool_size=2, strides=3)])
            table[f"Global{kind}Pooling{rank}D"] = (shape, [{}, dict(keepdims=True), first])
            table[f"Adaptive{kind}Pooling{rank}D"] = (shape, [dict(output_size=2), dict(output_size=3 if rank == 1 else tuple(range(2, 2 + rank)))])
        table[f"UpSampling{rank}D"] = (shape, [dict(size=2), dict(size=3 if rank == 1 else tuple(range(1, 1 + rank)))])
        table[f"ZeroPadding{rank}D"] = (shape, [dict(padding=1), dict(padding=(1, 2) if rank == 1 else tuple((1, n) for n in range(rank)))])
        table[f"Cropping{rank}D"] = (shape, [dict(cropping=1), dict(cropping=(1, 2) if rank == 1 else tuple((1, n) for n in range(rank)))])
        table[f"SpatialDropout{rank}D"] = (shape, [dict(rate=0.0), dict(rate=0.3), dict(rate=0.3, seed=2)])
        if rank < 3:
            table[f"DepthwiseConv{rank}D"] = (shape, [
                dict(kernel_size=3), dict(kernel_size=2, depth_multiplier=3, padding="same"), dict(kernel_size=3, use_bias=False, depthwise_initializer="he_normal")])
            table[f"SeparableConv{rank}D"] = (shape, [
                dict(filters=4, kernel_size=3), dict(filters=4, kernel_size=2, depth_multiplier=3, use_bias=False),
                dict(filters=5, kernel_size=3, depthwise_initializer="he_normal", pointwise_initializer="lecun_uniform", bias_initializer="random_normal")])
    return table


def layer_classes(K):
    """Every layer class that `keras.layers` exports, by program, so that none is forgotten. Aliases count once."""
    classes = {}
    for name in sorted(dir(K.layers)):
        cls = getattr(K.layers, name)
        if inspect.isclass(cls) and name not in NOT_MODELS and issubclass(cls, K.layers.Layer):
            classes.setdefault(cls, name if name == cls.__name__ or cls.__name__ not in dir(K.layers) else cls.__name__)
    return {name: cls for cls, name in classes.items()}


def _layer(cls, arguments):
    return cls(**{key: value() if inspect.isfunction(value) else value for key, value in arguments.items()})


def _takes(cls, arguments):
    try:
        _layer(cls, arguments)
    except TypeError:
        return False
    return True


def _call(K, cls, shape, arguments):
    if shape == "string":
        inputs = K.Input((1,), dtype="string")
        _layer(cls, arguments)(inputs)
        return K.Model(inputs, _layer(cls, arguments)(inputs))
    shapes = shape if isinstance(shape, list) else [shape]
    is_integer = cls.__name__ in {"Embedding", "ReversibleEmbedding", "CategoryEncoding", "Hashing", "HashedCrossing", "IntegerLookup"}
    inputs = [K.Input(shape, dtype="int32" if is_integer else "float32") for shape in shapes]
    layer = _layer(cls, arguments)
    if cls.__name__ in {"MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"}:
        outputs = layer(*inputs)
    else:
        outputs = layer(inputs if len(inputs) > 1 else inputs[0])
    return K.Model(inputs, outputs)


def cases(K, name):
    """The models of a class: at least five."""
    cls = layer_classes(K)[name]
    special = SPECIAL.get(name)
    if special is not None:
        return special(K)
    entry = variations(K).get(name)
    if entry is None:
        # Nothing to choose: an image in, an image out.
        entry = (IMAGE, [{}])
    shape, variants = entry
    own = list(variants)
    fillers = [dict(trainable=False), dict(name="another.name"), dict(dtype="float64"), dict(dtype="mixed_float16"), dict(dtype="bfloat16")]
    takes_dtype = cls.__module__.find("preprocessing") < 0 and "dtype" not in own[0]
    for filler in fillers:
        if len(own) >= 5 and filler is not fillers[2]:
            continue
        if ("dtype" in filler and not takes_dtype) or not _takes(cls, {**variants[0], **filler}):
            filler = dict(name=f"name_{len(own)}")
        own.append({**variants[0], **filler})
    return [lambda arguments=arguments: _call(K, cls, shape, arguments) for arguments in own]


def _cells(make):
    def models(K):
        L = K.layers
        def model(cell):
            inputs = K.Input(SEQUENCE)
            return K.Model(inputs, L.RNN(cell, return_sequences=True)(inputs))
        return [lambda cell=cell: model(cell()) for cell in make(L)]
    return models


def _inputs(K):
    shapes = [(None, 4), (2, 4), (None, None, 4), (None, 3, 4), (None, 1)]
    return [lambda shape=shape: K.Sequential([K.layers.InputLayer(batch_shape=shape), K.layers.Dense(2)]) for shape in shapes]


def _boxes(K):
    def model(arguments):
        inputs = {"boxes": K.Input((9, 4), name="boxes"), "labels": K.Input((9,), name="labels")}
        boxes = K.layers.MaxNumBoundingBoxes(**arguments)(inputs)
        return K.Model(inputs, K.layers.Dense(3)(boxes["boxes"]))
    return [lambda arguments=dict(max_number=number): model(arguments) for number in (1, 2, 5, 9, 20)]


SPECIAL = {
    "MaxNumBoundingBoxes": _boxes,
    "InputLayer": _inputs,
    "LSTMCell": _cells(lambda L: [lambda: L.LSTMCell(3), lambda: L.LSTMCell(3, use_bias=False), lambda: L.LSTMCell(2, unit_forget_bias=False),
                                  lambda: L.LSTMCell(2, dropout=0.1, seed=4), lambda: L.LSTMCell(2, bias_initializer="random_normal")]),
    "GRUCell": _cells(lambda L: [lambda: L.GRUCell(3), lambda: L.GRUCell(3, use_bias=False), lambda: L.GRUCell(2, reset_after=False),
                                 lambda: L.GRUCell(2, dropout=0.1, seed=4), lambda: L.GRUCell(2, bias_initializer="random_normal")]),
    "SimpleRNNCell": _cells(lambda L: [lambda: L.SimpleRNNCell(3), lambda: L.SimpleRNNCell(3, use_bias=False), lambda: L.SimpleRNNCell(2, recurrent_initializer="he_normal"),
                                       lambda: L.SimpleRNNCell(2, dropout=0.1, seed=4), lambda: L.SimpleRNNCell(2, bias_initializer="random_normal")]),
    "StackedRNNCells": _cells(lambda L: [lambda: L.StackedRNNCells([L.LSTMCell(3)]), lambda: L.StackedRNNCells([L.LSTMCell(3), L.GRUCell(2)]),
                                         lambda: L.StackedRNNCells([L.GRUCell(3), L.GRUCell(3)]), lambda: L.StackedRNNCells([L.SimpleRNNCell(4), L.LSTMCell(2), L.GRUCell(5)]),
                                         lambda: L.StackedRNNCells([L.SimpleRNNCell(4, use_bias=False)])]),
}
# Keras 3.15.1 cannot read its own JSON of these, or cannot put them into a model.
NOT_READ_BY_KERAS = {"RandomShear", "Equalization", "Lambda"}
