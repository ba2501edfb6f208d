"""Small models that between them use every layer wtool knows, with more than default arguments.

Each function gets the Keras to use (`keras` 3 or `tf_keras`) and returns a model. `MODELS` lists them; a name in
`KERAS3_ONLY` or `KERAS2_ONLY` exists in one of the two only.
"""


def mlp(K):
    L = K.layers
    return K.Sequential([
        K.Input((20,)),
        L.Dense(16, activation="relu", kernel_initializer="he_normal"),
        L.Dropout(0.2),
        L.Dense(12, activation="tanh", kernel_initializer="glorot_normal", bias_initializer="ones"),
        L.Dense(7, use_bias=False, kernel_initializer=K.initializers.VarianceScaling(0.5, "fan_out", "uniform")),
        L.Dense(3, activation="softmax", bias_initializer=K.initializers.RandomNormal(0.5, 0.1, seed=5)),
    ])


def convolutions(K):
    L = K.layers
    return K.Sequential([
        K.Input((17, 19, 4)),
        L.Conv2D(8, 3, padding="same", kernel_initializer="he_uniform", activation="relu"),
        L.Conv2D(8, (3, 2), strides=(2, 1), groups=4),
        L.Conv2D(6, 3, dilation_rate=(2, 1), use_bias=False, kernel_initializer="lecun_normal"),
        L.BatchNormalization(),
        L.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),
        L.SeparableConv2D(5, 3, depth_multiplier=2, pointwise_initializer="he_normal"),
        L.BatchNormalization(scale=False, center=False),
        L.PReLU(shared_axes=[1, 2]),
        L.Flatten(),
        L.Dense(2),
    ])


def convolutions_1d(K):
    L = K.layers
    return K.Sequential([
        K.Input((40, 3)),
        L.Conv1D(8, 5, padding="causal", dilation_rate=2),
        L.ZeroPadding1D(2),
        L.SeparableConv1D(6, 3, padding="same", depth_multiplier=2),
        L.DepthwiseConv1D(3, depth_multiplier=3),
        L.MaxPooling1D(2),
        L.AveragePooling1D(3, strides=1, padding="same"),
        L.UpSampling1D(2),
        L.Cropping1D((1, 2)),
        L.Conv1DTranspose(4, 3, strides=2, output_padding=1),
        L.SpatialDropout1D(0.1),
        L.GlobalMaxPooling1D(),
    ])


def convolutions_3d(K):
    L = K.layers
    return K.Sequential([
        K.Input((8, 9, 10, 2)),
        L.Conv3D(4, 3, padding="same"),
        L.ZeroPadding3D((1, 0, 1)),
        L.MaxPooling3D(2),
        L.Conv3DTranspose(3, 2, strides=2, padding="same", use_bias=False),
        L.UpSampling3D((1, 2, 1)),
        L.Cropping3D(((1, 0), (0, 1), (1, 1))),
        L.AveragePooling3D(2, padding="same"),
        L.SpatialDropout3D(0.2),
        L.GlobalAveragePooling3D(),
    ])


def transposed(K):
    L = K.layers
    return K.Sequential([
        K.Input((7, 6, 5)),
        L.Conv2DTranspose(6, 3, strides=2, padding="same"),
        L.Conv2DTranspose(4, (4, 3), strides=(3, 2), padding="valid", output_padding=(1, 0)),
        L.Conv2DTranspose(3, 2, dilation_rate=2, kernel_initializer="orthogonal"),
        L.Cropping2D(((1, 2), (0, 3))),
        L.ZeroPadding2D(((1, 0), (2, 1))),
        L.UpSampling2D((2, 1)),
        L.MaxPooling2D((2, 3), strides=2, padding="same"),
        L.AveragePooling2D(2),
        L.SpatialDropout2D(0.3),
        L.GlobalAveragePooling2D(keepdims=True),
    ])


def channels_first(K):
    L = K.layers
    x = inputs = K.Input((3, 16, 18))
    x = L.ZeroPadding2D(1, data_format="channels_first")(x)
    x = L.UpSampling2D(2, data_format="channels_first")(x)
    x = L.Cropping2D(1, data_format="channels_first")(x)
    x = L.BatchNormalization(axis=1)(x)
    x = L.Permute((2, 3, 1))(x)
    x = L.Conv2D(4, 3)(x)
    return K.Model(inputs, L.GlobalMaxPooling2D()(x))


def normalizations(K):
    L = K.layers
    x = inputs = K.Input((6, 5, 4))
    x = L.LayerNormalization()(x)
    x = L.LayerNormalization(axis=[1, 3], center=False)(x)
    x = L.LayerNormalization(axis=[-1, 1], gamma_initializer="ones")(x)
    x = L.BatchNormalization(axis=2, beta_initializer="random_normal", moving_mean_initializer="ones")(x)
    x = L.LayerNormalization(axis=-1, scale=False, beta_initializer=K.initializers.Constant(0.25))(x)
    return K.Model(inputs, x)


def recurrent(K):
    L = K.layers
    return K.Sequential([
        K.Input((11,)),
        L.Embedding(50, 8, embeddings_initializer="random_normal"),
        L.Masking(0.0),
        L.LSTM(6, return_sequences=True, unit_forget_bias=False, dropout=0.1),
        L.GRU(5, return_sequences=True, bias_initializer="ones"),
        L.GRU(4, reset_after=False, return_sequences=True, use_bias=False),
        L.SimpleRNN(4, return_sequences=True, recurrent_initializer="identity"),
        L.LSTM(3, go_backwards=True, recurrent_initializer=K.initializers.Orthogonal(gain=1.5, seed=11)),
        L.RepeatVector(3),
        L.TimeDistributed(L.Dense(2)),
    ])


def bidirectional(K):
    L = K.layers
    x = inputs = K.Input((None, 6))
    x = L.Bidirectional(L.LSTM(4, return_sequences=True))(x)
    x = L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode="sum")(x)
    x = L.Bidirectional(
        L.SimpleRNN(3, return_sequences=True),
        backward_layer=L.SimpleRNN(3, return_sequences=True, go_backwards=True, name="other"), merge_mode="ave")(x)
    x = L.TimeDistributed(L.LayerNormalization())(x)
    a, b = L.Bidirectional(L.LSTM(2), merge_mode=None)(x)
    return K.Model(inputs, L.Multiply()([a, b]))


def states(K):
    L = K.layers
    inputs = K.Input((9, 4))
    x, h, c = L.LSTM(5, return_state=True)(inputs)
    y, s = L.GRU(5, return_state=True, return_sequences=True)(inputs)
    return K.Model(inputs, [L.Concatenate()([x, h, c]), L.Concatenate(axis=1)([y, y]), s])


def merging(K):
    L = K.layers
    a, b = K.Input((4, 6), name="a"), K.Input((4, 6), name="b")
    p, q = L.Dense(6, name="p")(a), L.Dense(6, name="q")(b)
    sums = [L.Add()([p, q]), L.Subtract()([p, q]), L.Average()([p, q]), L.Maximum()([p, q]), L.Minimum()([p, q]),
            L.Multiply()([p, q])]
    x = L.Concatenate(axis=-1)(sums)
    d = L.Dot(axes=(2, 2), normalize=False)([p, q])
    return K.Model([a, b], [L.Dense(3)(x), L.Dense(2)(L.Flatten()(d))])


def activations(K):
    L = K.layers
    x = inputs = K.Input((10,))
    for layer in [L.Activation("gelu"), L.ReLU(6.0), L.ELU(0.5), L.Softmax(), L.LeakyReLU(), L.PReLU("ones")]:
        x = layer(L.Dense(10)(x))
    x = L.ActivityRegularization(0.1)(x)
    x = L.GaussianNoise(0.1)(L.GaussianDropout(0.2)(L.AlphaDropout(0.1)(x)))
    return K.Model(inputs, x)


def reshaping(K):
    L = K.layers
    return K.Sequential([
        K.Input((4, 6)),
        L.Reshape((3, -1)),
        L.Permute((2, 1)),
        L.Reshape((2, 4, 3)),
        L.Conv2D(2, 1),
        L.Flatten(),
        L.RepeatVector(5),
        L.Dense(3),
    ])


def initializers(K):
    I, L = K.initializers, K.layers
    every = [
        I.Zeros(), I.Ones(), I.Constant(0.3), I.RandomNormal(0.1, 0.2), I.RandomUniform(-1.3, 2.7),
        I.TruncatedNormal(0.1, 0.3), I.VarianceScaling(), I.VarianceScaling(2.0, "fan_avg", "untruncated_normal"),
        I.VarianceScaling(0.7, "fan_out", "truncated_normal", seed=3), I.GlorotNormal(seed=9), I.GlorotUniform(),
        I.HeNormal(), I.HeUniform(), I.LecunNormal(), I.LecunUniform(seed=2**31 + 5), I.Orthogonal(1.3), I.Identity(),
    ]
    inputs = K.Input((12,))
    return K.Model(inputs, [L.Dense(12, kernel_initializer=i)(inputs) for i in every])


def nested(K):
    L = K.layers
    block = K.Sequential([K.Input((6,)), L.Dense(5), L.BatchNormalization(), L.Dense(6)], name="block")
    i = K.Input((6,))
    inner = K.Model(i, L.Dense(4, name="out")(L.Dense(6, name="deep")(i)), name="inner")
    x = inputs = K.Input((6,))
    x = L.Add()([block(x), x])
    return K.Model(inputs, inner(block(x)))


def shared(K):
    L = K.layers
    a, b = K.Input((5,)), K.Input((5,))
    layer = L.Dense(4, name="twin")
    return K.Model([a, b], L.Dense(1)(L.Concatenate()([layer(a), layer(b)])))


def frozen(K):
    L = K.layers
    model = K.Sequential([K.Input((5,)), L.BatchNormalization(), L.Dense(4), L.BatchNormalization(), L.Dense(2)])
    model.layers[0].trainable = False
    model.layers[1].trainable = False
    return model


def dtypes(K):
    L = K.layers
    x = inputs = K.Input((8,))
    x = L.Dense(6, dtype="float64")(x)
    x = L.Dense(5, dtype="float16", kernel_initializer="he_normal", bias_initializer="random_uniform")(x)
    return K.Model(inputs, L.Dense(4, dtype="mixed_float16" if K.__name__ == "keras" else "float32")(x))


def bfloat16(K):
    L = K.layers
    inputs = K.Input((8,))
    x = L.Dense(6, dtype="bfloat16", kernel_initializer="random_normal")(inputs)
    return K.Model(inputs, L.Dense(5, dtype="bfloat16", kernel_initializer="truncated_normal")(x))


def names(K):
    """Names that need escapes, where the backend allows them: TensorFlow wants plain ones."""
    L = K.layers
    plain = K.__name__ == "tf_keras" or K.config.backend() == "tensorflow"
    first, second, third, whole = ["in.put", "a-b", "x_1.y", "m"] if plain else ["größe", "a b:c", "層", "modèle"]
    inputs = K.Input((4,), name=first)
    return K.Model(inputs, L.Dense(3, name=second)(L.Dense(4, name=third)(inputs)), name=whole)


def many_layers(K):
    """Names that do not fit into one attribute."""
    L = K.layers
    x = inputs = K.Input((2,))
    for index in range(360):
        x = L.Dense(2, name=f"layer_{index:04}_" + "x" * 170)(x)
    return K.Model(inputs, x)


def text_classifier(K):
    L = K.layers
    return K.Sequential([
        K.Input((100,), dtype="int32"),
        L.Embedding(5000, 64),
        L.SpatialDropout1D(0.2),
        L.Bidirectional(L.LSTM(32, return_sequences=True)),
        L.LSTM(32, dropout=0.2, recurrent_dropout=0.1),
        L.Dense(32, activation="relu", kernel_initializer="he_normal"),
        L.Dropout(0.5),
        L.Dense(1, activation="sigmoid"),
    ])


def seed_generators(K):
    I, L = K.initializers, K.layers
    generator = K.random.SeedGenerator(77)
    return K.Sequential([
        K.Input((5,)),
        L.Dense(4, kernel_initializer=I.GlorotUniform(seed=generator),
                bias_initializer=I.RandomNormal(seed=K.random.SeedGenerator(8))),
        L.Dense(3, kernel_initializer=I.HeNormal(seed=K.random.SeedGenerator())),
    ])


def operations(K):
    L = K.layers
    inputs = K.Input((4, 6))
    x = L.Dense(6)(inputs)
    x = K.ops.mean(x * 2.0 + inputs, axis=1)
    return K.Model(inputs, L.Dense(3)(x[:, :4]))


def causal_and_odd(K):
    L = K.layers
    x = inputs = K.Input((None, None, 3))
    x = L.Conv2D(4, 3, strides=2, padding="same")(x)
    x = L.Conv2DTranspose(4, 4, strides=2, padding="same")(x)
    x = L.Dense(5)(x)
    return K.Model(inputs, L.GlobalAveragePooling2D()(x))


def dictionaries(K):
    L = K.layers
    inputs = {"left": K.Input((3,), name="left"), "right": K.Input((4,), name="right")}
    x = L.Concatenate()([L.Dense(5)(inputs["left"]), L.Dense(5)(inputs["right"])])
    return K.Model(inputs, {"sum": L.Dense(2, name="sum")(x), "other": L.Dense(1, name="other")(x)})


def attention(K):
    L = K.layers
    x = inputs = K.Input((7, 8))
    y = L.MultiHeadAttention(2, 3, value_dim=4, dropout=0.1)(x, x)
    x = L.LayerNormalization()(L.Add()([x, y]))
    x = L.EinsumDense("abc,cde->abde", (None, 2, 5), bias_axes="de", activation="gelu")(x)
    x = L.EinsumDense("abde,dec->abc", (None, 8), kernel_initializer="he_normal")(x)
    x = L.Attention(use_scale=True)([x, x])
    x = L.AdditiveAttention()([x, y])
    return K.Model(inputs, L.Dense(2)(x))


def cells(K):
    L = K.layers
    x = inputs = K.Input((6, 5, 4, 3))
    x = L.ConvLSTM2D(2, 2, return_sequences=True)(x)
    x = L.TimeDistributed(L.Flatten())(x)
    x = L.RNN([L.LSTMCell(4), L.GRUCell(3, reset_after=False)], return_sequences=True)(x)
    x = L.Bidirectional(L.RNN(L.SimpleRNNCell(3), return_sequences=True))(x)
    return K.Model(inputs, L.RNN(L.LSTMCell(2, unit_forget_bias=False))(x))


def more_normalizations(K):
    L = K.layers
    x = inputs = K.Input((6, 5, 4))
    x = L.Normalization()(L.Rescaling(0.5)(x))
    x = L.GroupNormalization(2)(x)
    x = L.UnitNormalization()(x)
    if K.__name__ == "keras":  # tf-keras's own cannot be read back.
        x = L.SpectralNormalization(L.Conv2D(3, 2))(x)
    return K.Model(inputs, L.Dense(2)(x))


def adapters(K):
    """LoRA, quantized layers and what else Keras 3 alone has."""
    L, Q = K.layers, K.dtype_policies
    x = inputs = K.Input((9,), dtype="int32")
    x = L.ReversibleEmbedding(20, 6, tie_weights=False)(x)
    x = L.Conv1D(5, 3, lora_rank=2)(x)
    x = L.Dense(6, lora_rank=1, kernel_initializer="he_normal")(x)
    x = L.Dense(4, dtype=Q.QuantizedDTypePolicy("int8", "float32"))(x)
    x = L.Dense(4, dtype=Q.QuantizedFloat8DTypePolicy("float8", "float32"))(x)
    x = L.GroupQueryAttention(2, 4, 2, use_gate=True)(x, x)
    x = L.RMSNormalization()(x)
    return K.Model(inputs, L.AdaptiveAveragePooling1D(2)(x))


def preprocessing(K):
    L = K.layers
    x = inputs = K.Input((20, 21, 3))
    for layer in [L.RandomFlip(), L.RandomRotation(0.1), L.Resizing(12, 12), L.RandomCrop(10, 9), L.CenterCrop(8, 8)]:
        x = layer(x)
    return K.Model(inputs, L.Conv2D(2, 3)(x))


KERAS3_ONLY = {"seed_generators", "operations", "bfloat16", "adapters"}
KERAS2_ONLY = set()

MODELS = {
    function.__name__: function
    for function in [
        mlp, convolutions, convolutions_1d, convolutions_3d, transposed, channels_first, normalizations, recurrent,
        bidirectional, states, merging, activations, reshaping, initializers, nested, shared, frozen, dtypes, bfloat16,
        names, many_layers, text_classifier, seed_generators, operations, causal_and_odd, dictionaries,
        attention, cells, more_normalizations, adapters, preprocessing,
    ]
}


def build(name, K):
    """The model of that name; `None` if this Keras has no such thing."""
    absent = KERAS3_ONLY if K.__name__ == "tf_keras" else KERAS2_ONLY
    return None if name in absent else MODELS[name](K)
