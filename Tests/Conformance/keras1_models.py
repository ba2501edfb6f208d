"""Models of Keras 1.2.2 through `wtool init`, in that Keras itself: prints one line for each model.

    KERAS_BACKEND=theano PYTHONPATH=…/keras1.2.2 python3.7 keras1_models.py WTOOL_BINARY [NAME …]
    … keras1_models.py --write DIR [NAME …]              # DIR/architectures/NAME.json and DIR/plans/NAME.json

Exits with 1 if any model fails. KERAS_BACKEND is theano or tensorflow (1.15); no compiler is needed. Models whose name ends in
_th are made and loaded with image_dim_ordering 'th', which the layers that don't write their dim_ordering take from there.
"""
import json
import os
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("KERAS_BACKEND", "theano")
os.environ.setdefault("THEANO_FLAGS", "cxx=,device=cpu,optimizer=fast_compile")
if os.environ["KERAS_BACKEND"] == "tensorflow":
    import tensorflow
    tensorflow.compat.v1.logging.set_verbosity("ERROR")
import h5py
import keras
import numpy
from keras import backend as K
from keras.constraints import maxnorm, nonneg, unitnorm
from keras.layers import *
from keras.models import Model, Sequential, load_model, model_from_json
from keras.regularizers import l1, l1l2, l2

if K.backend() == "theano":
    import theano.ifelse  # Keras 1 takes this from a Theano that imports it by itself


def sequential(*layers):
    """The outer model comes first, then those that functions make: so Keras, which reads JSON that way, gives the same names again."""
    model = Sequential()
    for layer in layers:
        model.add(layer() if isinstance(layer, type(sequential)) else layer)
    return model


def dense():
    return sequential(
        Dense(8, init="he_normal", activation="relu", W_regularizer=l2(0.01), b_regularizer=l1(0.02), W_constraint=maxnorm(2), b_constraint=nonneg(), input_dim=5),
        Dropout(0.3), Dense(6, bias=False, activity_regularizer=l1l2(0.1, 0.2), W_constraint=unitnorm()),
        Highway(activation="tanh", init="lecun_uniform"), Highway(bias=False), GaussianNoise(0.2), GaussianDropout(0.4),
        MaxoutDense(7, nb_feature=3, init="uniform"), MaxoutDense(4, bias=False), ActivityRegularization(l1=0.1, l2=0.2), Activation("softmax"))


def sequences():
    return sequential(
        Masking(mask_value=-1.0, batch_input_shape=(None, 6, 5)), TimeDistributedDense(4, activation="tanh", init="glorot_normal"), GRU(5), RepeatVector(6), Dense(8, activation="softplus"),
        SpatialDropout1D(0.2), Permute((2, 1)), Reshape((-1, 4)), Lambda(lambda x: x[:, :2], output_shape=(2, 4)), TimeDistributedDense(3, bias=False),
        Flatten(), RepeatVector(3), Lambda(lambda x, k: x * k, arguments={"k": 2}, output_shape=[3, 6]), Activation("relu"), Flatten(), Dense(2))


def conv_1d():
    return sequential(
        ZeroPadding1D({"left_pad": 2, "right_pad": 1}, input_shape=(17, 3)), Convolution1D(4, 3, border_mode="same", subsample_length=2, activation="relu"),
        ZeroPadding1D((0, 3)), AtrousConvolution1D(5, 3, atrous_rate=2, bias=False), UpSampling1D(3), MaxPooling1D(3, stride=2, border_mode="same"), ZeroPadding1D(1),
        Convolution1D(3, 4, init="he_uniform"), AveragePooling1D(2), Cropping1D((1, 2)), GlobalMaxPooling1D(), Dense(2))


def conv_1d_input_dim():
    return sequential(Convolution1D(6, 5, input_dim=4, input_length=12), Convolution1D(4, 2, border_mode="valid"), GlobalAveragePooling1D(), Dense(1, activation="sigmoid"))


def image_layers(shape):
    return [
        ZeroPadding2D((1, 2, 0, 1), input_shape=shape), Convolution2D(6, 3, 2, border_mode="same", subsample=(1, 2), activation="relu"),
        BatchNormalization(axis=1 if K.image_dim_ordering() == "th" else -1), SpatialDropout2D(0.2), ZeroPadding2D({"top_pad": 2, "right_pad": 1}),
        AtrousConvolution2D(4, 2, 3, atrous_rate=(2, 2), W_regularizer=l2(0.1)), ZeroPadding2D((1, 2)), MaxPooling2D((3, 2), strides=(1, 2), border_mode="same"),
        UpSampling2D((2, 3)), Cropping2D(((1, 0), (2, 1))), Convolution2D(5, 2, 2, init="glorot_normal", bias=False), AveragePooling2D(), Flatten(), Dense(2)]


def full_borders():
    x, y, z = Input((9, 3)), Input((7, 8, 3)), Input((4, 5, 6, 2))
    return Model([x, y, z], [
        Convolution1D(4, 3, border_mode="full", subsample_length=2)(x), AtrousConvolution1D(4, 3, border_mode="full", atrous_rate=2)(x), Convolution2D(5, 3, 2, border_mode="full", subsample=(2, 1))(y),
        AtrousConvolution2D(5, 3, 2, border_mode="full", atrous_rate=(2, 1))(y), Convolution3D(3, 2, 3, 2, border_mode="full")(z)])


def conv_2d():
    return sequential(*image_layers((10, 11, 3)))


def conv_2d_th():
    return sequential(*image_layers((3, 10, 11)))


def volume_layers(shape):
    return [
        ZeroPadding3D((1, 0, 2), input_shape=shape), Convolution3D(5, 2, 3, 2, border_mode="same", subsample=(1, 2, 1), activation="relu", init="he_normal"),
        SpatialDropout3D(0.1), UpSampling3D((1, 2, 3)), Cropping3D(((1, 0), (0, 1), (2, 1))), MaxPooling3D((2, 2, 1), strides=(1, 2, 2)),
        Convolution3D(3, 2, 2, 2, bias=False), AveragePooling3D((1, 2, 2), border_mode="same"), Flatten(), Dense(2)]


def conv_3d():
    return sequential(*volume_layers((5, 7, 6, 2)))


def conv_3d_th():
    return sequential(*volume_layers((2, 5, 7, 6)))


def deconvolution():
    return sequential(
        Deconvolution2D(3, 3, 3, output_shape=(None, 8, 10, 3), border_mode="same", subsample=(2, 2), input_shape=(4, 5, 2)),
        Deconvolution2D(4, 3, 2, output_shape=(None, 10, 11, 4), bias=False, activation="relu"), Convolution2D(2, 1, 1), GlobalAveragePooling2D())


def deconvolution_th():
    return sequential(
        Deconvolution2D(3, 3, 3, output_shape=(None, 3, 8, 10), border_mode="same", subsample=(2, 2), input_shape=(2, 4, 5)),
        Deconvolution2D(4, 3, 2, output_shape=(None, 4, 10, 11), init="he_uniform"), GlobalMaxPooling2D(), Dense(3))


def separable():
    return sequential(
        SeparableConvolution2D(5, 3, 2, depth_multiplier=2, border_mode="same", activation="relu", pointwise_constraint=maxnorm(1), input_shape=(8, 7, 3)),
        SeparableConvolution2D(4, 2, 2, subsample=(2, 2), init="he_normal", bias=False), GlobalAveragePooling2D())


def separable_th():
    return sequential(SeparableConvolution2D(5, 3, 2, depth_multiplier=2, border_mode="same", input_shape=(3, 8, 7)), Flatten(), Dense(2))


def local():
    return sequential(
        LocallyConnected1D(6, 3, subsample_length=2, activation="relu", input_shape=(12, 4)), LocallyConnected1D(3, 2, bias=False, init="uniform"), Flatten(), Dense(2))


def local_2d():
    return sequential(LocallyConnected2D(3, 2, 3, subsample=(2, 1), input_shape=(7, 6, 2)), LocallyConnected2D(2, 2, 2, bias=False), Flatten(), Dense(2))


def local_2d_th():
    return sequential(LocallyConnected2D(3, 2, 3, subsample=(2, 1), input_shape=(2, 7, 6)), LocallyConnected2D(2, 2, 2, init="he_normal"), Flatten(), Dense(2))


def pooling():
    x, y, z = Input((9, 8, 3)), Input((6, 5, 4, 2)), Input((7, 3))
    return Model([x, y, z], [
        GlobalMaxPooling2D()(x), GlobalAveragePooling2D()(x), MaxPooling2D((2, 3))(x), AveragePooling2D((2, 2), strides=(3, 1), border_mode="same")(x),
        GlobalMaxPooling3D()(y), GlobalAveragePooling3D()(y), MaxPooling3D()(y), AveragePooling3D((3, 2, 2), strides=(1, 1, 2))(y), GlobalMaxPooling1D()(z),
        GlobalAveragePooling1D()(z), AveragePooling1D(3, stride=1, border_mode="same")(z), MaxPooling1D()(z)])


def pooling_th():
    x, y = Input((3, 9, 8)), Input((2, 6, 5, 4))
    return Model([x, y], [
        GlobalMaxPooling2D()(x), GlobalAveragePooling2D()(x), MaxPooling2D((2, 3))(x), AveragePooling2D((2, 2), strides=(3, 1), border_mode="same")(x),
        GlobalMaxPooling3D()(y), GlobalAveragePooling3D()(y), MaxPooling3D()(y), AveragePooling3D((3, 2, 2), strides=(1, 1, 2))(y)])


def rnn():
    return sequential(
        SimpleRNN(6, return_sequences=True, input_dim=5, input_length=7, dropout_W=0.1, dropout_U=0.2, unroll=True), SimpleRNN(5, inner_init="identity", consume_less="mem", return_sequences=True),
        SimpleRNN(4, activation="relu", go_backwards=True), Dense(2))


def gru():
    return sequential(
        GRU(6, return_sequences=True, input_shape=(None, 5), W_regularizer=l2(0.1)), GRU(7, return_sequences=True, consume_less="mem", init="he_normal", inner_init="normal"),
        GRU(5, consume_less="gpu", inner_activation="sigmoid", dropout_U=0.3), Dense(2))


def lstm():
    return sequential(
        LSTM(6, return_sequences=True, input_shape=(7, 5), forget_bias_init="uniform"), LSTM(7, return_sequences=True, consume_less="mem", forget_bias_init="zero", init="lecun_uniform"),
        LSTM(5, return_sequences=True, consume_less="gpu", go_backwards=True), LSTM(4, consume_less="gpu", forget_bias_init="uniform", inner_init="glorot_uniform"), Dense(2))


def stateful():
    return sequential(
        LSTM(5, return_sequences=True, stateful=True, batch_input_shape=(4, 6, 3)), GRU(4, return_sequences=True, stateful=True, consume_less="gpu"), SimpleRNN(3, stateful=True), Dense(1))


def convlstm():
    return sequential(
        ConvLSTM2D(4, 3, 2, border_mode="same", return_sequences=True, input_shape=(5, 8, 7, 3)), ConvLSTM2D(3, 2, 2, init="he_normal", forget_bias_init="zero", inner_activation="sigmoid"),
        Flatten(), Dense(2))


def convlstm_th():
    return sequential(ConvLSTM2D(4, 3, 2, border_mode="same", input_shape=(5, 3, 8, 7)), Convolution2D(2, 3, 3), Flatten(), Dense(2))


def embedding():
    a, b = Input((9,), dtype="int32"), Input((3,), dtype="int32")
    x = LSTM(4)(Embedding(30, 6, mask_zero=True, input_length=9, W_constraint=unitnorm())(a))
    return Model([a, b], Dense(2)(merge([x, Flatten()(Embedding(12, 5, init="normal", dropout=0.2)(b))], mode="concat")))


def text_cnn():
    return sequential(Embedding(40, 8, input_length=15), Dropout(0.2), Convolution1D(6, 3), GlobalMaxPooling1D(), Dense(1, activation="sigmoid"))


def normalization():
    return sequential(
        BatchNormalization(input_shape=(6, 5)), BatchNormalization(mode=1, epsilon=1e-5), BatchNormalization(mode=2, axis=1, momentum=0.9, gamma_regularizer=l2(0.1)), Flatten(),
        BatchNormalization(mode=1), Dense(4), BatchNormalization(mode=2))


def normalization_th():
    return sequential(Convolution2D(4, 2, 2, input_shape=(3, 5, 6)), BatchNormalization(axis=1), ZeroPadding2D(), BatchNormalization(mode=2, axis=1), Flatten(), Dense(2))


def activations():
    return sequential(
        Dense(6, input_shape=(5,)), PReLU(), LeakyReLU(0.2), ELU(0.7), ThresholdedReLU(0.5), ParametricSoftplus(alpha_init=0.1, beta_init=3.0), SReLU(), Dense(6, activation="hard_sigmoid"),
        PReLU(init="uniform"), Activation("softsign"), SReLU(t_left_init="normal", a_left_init="one", t_right_init="he_normal", a_right_init="uniform"))


def activations_2d():
    return sequential(Convolution2D(4, 2, 2, input_shape=(6, 5, 2)), PReLU(init="glorot_uniform"), SReLU(), ParametricSoftplus(), Reshape((20, 4)), SReLU(), PReLU("lecun_uniform"), Flatten())


def time_distributed():
    return sequential(
        TimeDistributed(Convolution2D(3, 2, 2, activation="relu"), input_shape=(4, 6, 5, 2)), TimeDistributed(BatchNormalization()), TimeDistributed(MaxPooling2D()), TimeDistributed(Flatten()),
        TimeDistributed(Dense(5, init="he_normal")), TimeDistributed(Dropout(0.1)), GRU(3), Dense(1))


def bidirectional():
    return sequential(
        Bidirectional(LSTM(5, return_sequences=True, consume_less="gpu"), input_shape=(6, 4)), Bidirectional(GRU(4, return_sequences=True), merge_mode="sum"),
        Bidirectional(SimpleRNN(3, return_sequences=True), merge_mode="mul"), Bidirectional(LSTM(4), merge_mode="ave"), Dense(1))


def bidirectional_outputs():
    x = Input((6, 4))
    forward, backward = Bidirectional(LSTM(3, go_backwards=True, return_sequences=True, forget_bias_init="zero"), merge_mode=None)(x)
    return Model(x, [Dense(2)(forward), Dense(2)(Flatten()(backward))])


def merges():
    a, b, c = Input((4, 5)), Input((4, 5)), Input((6, 5))
    x, y = Flatten()(a), Flatten()(b)
    return Model([a, b, c], [
        merge([a, b], mode=mode) for mode in ("sum", "mul", "ave", "max")] + [
        merge([a, c], mode="concat", concat_axis=1), merge([a, b, a], mode="concat"), merge([a, c], mode="dot", dot_axes=2), merge([a, b], mode="dot", dot_axes=(1, 1), name="gram"),
        merge([x, y], mode="cos", dot_axes=1), Dense(2)(merge([x, y], mode="dot")), Merge(mode="sum")([a, b]),
        merge([a, b], mode=lambda pair: pair[0] - pair[1], output_shape=(4, 5))])


def merge_sequential():
    left = lambda: sequential(Dense(4, input_dim=5), BatchNormalization())
    right = lambda: sequential(Dense(6, input_dim=3), Dense(4, activation="relu"))
    return sequential(lambda: Merge([left(), right()], mode="concat", concat_axis=-1, name="joint"), Dense(3), Dense(2))


def merge_modes():
    branches = [sequential(Merge([sequential(Dense(4, input_dim=5)), sequential(Dense(4, input_dim=3), Dropout(0.1))], mode=mode), Reshape((-1,)), Dense(3))
                for mode in ("sum", "mul", "ave", "max", "dot", "cos")]
    return sequential(Merge(branches, mode="concat"), Dense(2))


def merge_nested():
    inner = lambda: sequential(lambda: Merge([sequential(Embedding(20, 4, input_length=6), LSTM(4)), sequential(Dense(4, input_dim=3), BatchNormalization())], mode="mul"), Dense(5))
    a, b = Input((4,)), Input((3,))
    model = Model([a, b], Dense(5, name="top")(merge([Dense(4, name="one")(a), Dense(4, name="two")(b)], mode="sum")))
    return sequential(
        lambda: Merge([inner(), model, sequential(lambda: sequential(Dense(5, input_dim=2)), Dense(5, bias=False))], mode="ave"), lambda: sequential(Dense(3, input_dim=5), Dense(2)))


def functional():
    a, b = Input((4,), name="left"), Input((4,), name="right")
    shared = Dense(3, name="twin")
    x = merge([shared(a), shared(b)], mode="concat")
    y = Dense(5, activation="relu")(x)
    return Model([a, b], [Dense(2, name="head")(merge([x, y], mode="concat")), merge([shared(merge([a, b], mode="sum")), Dense(3)(y)], mode="mul"), x])


def nested():
    inner = sequential(Dense(4, input_dim=5), BatchNormalization(), Dense(3))
    a = Input((5,))
    h = Dense(6)(a)
    core = Model(a, [h, BatchNormalization()(Dense(3)(h))])
    x = Input((5,))
    p, q = core(x)
    return Model(x, [Dense(2)(inner(x)), Dense(2)(merge([p, Dense(6)(q)], mode="sum")), inner(Dense(5)(p))])


def nested_twice():
    def tower():
        x = Input((8, 8, 3))
        y = BatchNormalization()(Convolution2D(4, 3, 3, activation="relu")(x))
        return Model(x, Dense(5)(Flatten()(y)), name="tower")
    tower, scorer = tower(), sequential(Dense(4, input_dim=5), lambda: sequential(Dense(3, input_dim=4), Dense(2)))
    a, b = Input((8, 8, 3)), Input((8, 8, 3))
    p, q = tower(a), tower(b)
    return Model([a, b], [merge([scorer(p), scorer(q)], mode="cos"), scorer(merge([p, q], mode="sum"))])


def sequential_nested():
    x = Input((5,))
    return sequential(lambda: sequential(Dense(4, input_dim=3), lambda: sequential(Dense(6, input_dim=4), BatchNormalization()), Dense(5)), Model(x, Dense(4)(Dense(3)(x))), Dense(2), lambda: sequential(Dense(3, input_dim=2)))


def frozen():
    return sequential(
        BatchNormalization(trainable=False, input_shape=(6, 4)), TimeDistributed(Dense(5), trainable=False), TimeDistributed(Dense(4, trainable=False)), Bidirectional(LSTM(3, return_sequences=True), trainable=False),
        Bidirectional(GRU(3, trainable=False, return_sequences=True)), LSTM(4, trainable=False), Highway(trainable=False), Dense(2))


def frozen_nested():
    x = Input((5,))
    h = BatchNormalization(name="norm")(Dense(4, trainable=False, name="cold")(x))
    core = Model(x, Dense(3, name="warm")(BatchNormalization(trainable=False, name="cold_norm")(Dense(4, name="mid")(h))))
    whole = sequential(Dense(4, input_dim=3), BatchNormalization(), Dense(5))
    whole.trainable = False
    y = Input((5,))
    rnn = sequential(TimeDistributed(Dense(3, trainable=False), input_shape=(4, 5)), Bidirectional(GRU(2, return_sequences=True), trainable=False), Bidirectional(LSTM(2, trainable=False)), Dense(2))
    return Model(y, [Dense(2, trainable=False)(core(y)), Dense(2)(whole(core(y))), rnn(RepeatVector(4)(y))])


def frozen_sequential():
    return sequential(
        lambda: sequential(Dense(6, trainable=False, input_dim=5), BatchNormalization(), Dense(4)), Dense(3, trainable=False), lambda: sequential(Dense(4, input_dim=3), Dense(2, trainable=False)))


INITS = ["uniform", "normal", "lecun_uniform", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "orthogonal", "zero", "one"]


def initializers():
    x = Input((7,))
    return Model(x, [Dense(5, init=init)(x) for init in INITS] + [Dense(7, init="identity")(x), Dense(12, init="orthogonal")(x)])


def initializers_conv():
    x, y, z = Input((6, 7, 3)), Input((4, 5, 6, 2)), Input((8, 4))
    return Model([x, y, z], [Convolution2D(5, 2, 3, init=init)(x) for init in INITS] + [
        Convolution2D(6, 2, 3, init=init, dim_ordering="th")(x) for init in INITS] + [Convolution3D(4, 2, 3, 2, init=init)(y) for init in INITS[2:8]] + [
        Convolution1D(5, 3, init=init)(z) for init in INITS[2:8]] + [LocallyConnected1D(5, 3, init=init)(z) for init in INITS[2:8]])


MODELS = [
    dense, sequences, conv_1d, conv_1d_input_dim, full_borders, conv_2d, conv_2d_th, conv_3d, conv_3d_th, deconvolution, deconvolution_th, separable, separable_th, local, local_2d, local_2d_th, pooling,
    pooling_th, rnn, gru, lstm, stateful, convlstm, convlstm_th, embedding, text_cnn, normalization, normalization_th, activations, activations_2d, time_distributed, bidirectional,
    bidirectional_outputs, merges, merge_sequential, merge_modes, merge_nested, functional, nested, nested_twice, sequential_nested, frozen, frozen_nested, frozen_sequential, initializers,
    initializers_conv]


def same_distribution(ours, theirs):
    """Both constant and equal, or of the same scale as far as so many values can tell."""
    if theirs.std() == 0:
        return numpy.array_equal(ours, theirs)
    if theirs.size < 30:
        return numpy.isfinite(ours).all() and abs(ours).max() < 10 * abs(theirs).max() + 1e-6
    bound = 6 / numpy.sqrt(theirs.size)
    return abs(ours.std() / theirs.std() - 1) < bound and abs(ours.mean() - theirs.mean()) < 2 * bound * theirs.std()


def start(name):
    """Names count from 1 in each model."""
    K.common.reset_uids() if K.backend() == "theano" else K.clear_session()
    numpy.random.seed(len(name))
    K.set_image_dim_ordering("th" if name.endswith("_th") else "tf")


def write(model, name, folder):
    """The architecture and what Keras itself writes for it: names, shapes and order; values are the backend's own matter."""
    text, path = model.to_json(), os.path.join(tempfile.mkdtemp(), "model.h5")
    model.save(path)
    shapes = [layer.output_shape if len(layer.inbound_nodes) == 1 else None for layer in getattr(model, "flattened_layers", model.layers)]
    parameters, values = model.count_params(), model.get_weights()
    start(name)
    again = load_model(path)  # shows what of `trainable` the file keeps
    assert all(numpy.array_equal(a, b) for a, b in zip(again.get_weights(), values)), "Keras itself fails to load what it saved"
    layers = []
    with h5py.File(path, "r") as file:
        group = file["model_weights"]
        for title, shape, layer in zip(group.attrs["layer_names"], shapes, getattr(again, "flattened_layers", again.layers)):
            weights = []
            names = [n.decode() for n in group[title].attrs["weight_names"]]
            assert names == [w.name for w in layer.weights], "reloaded in another order"
            for weight, variable in zip(names, layer.weights):
                data = group[title][weight]
                weights.append([weight.split(":")[0], list(data.shape), data.dtype.name, any(variable is other for other in layer.trainable_weights), None])
            if shape is not None:
                shape = [[None if size is None else int(size) for size in one] for one in (shape if isinstance(shape, list) else [shape])]
            layers.append({"name": title.decode(), "output_shapes": shape, "weights": weights})
    for kind, content in [("architectures", text), ("plans", json.dumps({"parameters": int(parameters), "layers": layers}))]:
        directory = os.path.join(folder, kind)
        if not os.path.isdir(directory):
            os.makedirs(directory)
        with open(os.path.join(directory, name + ".json"), "w") as file:
            file.write(content + "\n")


def check(model, name, wtool):
    directory = tempfile.mkdtemp()
    arch, path = os.path.join(directory, "arch.json"), os.path.join(directory, "model.h5")
    with open(arch, "w") as file:
        file.write(model.to_json())
    result = subprocess.run([wtool, "init", arch, "-o", path, "--seed", "3", "-q"], stderr=subprocess.PIPE)
    assert result.returncode == 0, result.stderr.decode()
    loaded = load_model(path)
    other = model_from_json(model.to_json())
    other.load_weights(path)
    assert [w.shape for w in loaded.get_weights()] == [w.shape for w in model.get_weights()]
    variables = [w for layer in getattr(model, "flattened_layers", model.layers) for w in layer.weights]
    for layer, fresh in zip(getattr(loaded, "flattened_layers", loaded.layers), getattr(model, "flattened_layers", model.layers)):
        for variable, ours, theirs in zip(fresh.weights, K.batch_get_value(layer.weights), K.batch_get_value(fresh.weights)):
            assert numpy.isfinite(ours).all() and same_distribution(ours, theirs), (variable.name, ours.std(), theirs.std())
    for ours, again in zip(loaded.get_weights(), other.get_weights()):
        assert numpy.array_equal(ours, again)
    with h5py.File(path, "r") as file:
        groups = [file["model_weights"][title] for title in file["model_weights"].attrs["layer_names"]]
        names = [name.decode().split(":")[0].split("/")[-1] for group in groups for name in group.attrs["weight_names"]]
    assert names == [w.name.split(":")[0] for w in variables], "other names or order of weights: %s" % names


def main():
    writing = sys.argv[1] == "--write"
    target, chosen = sys.argv[2 if writing else 1], sys.argv[3 if writing else 2:]
    passed = failures = 0
    for make in MODELS:
        name = make.__name__
        if chosen and name not in chosen:
            continue
        if name in {"theano": ["separable", "separable_th"], "tensorflow": ["full_borders"]}[K.backend()]:
            print("absent", name)
            continue
        try:
            start(name)
            (write if writing else check)(make(), name, target)
            passed += 1
            print("passed", name)
        except Exception as error:
            failures += 1
            print("FAILED", name, type(error).__name__, str(error)[:300].replace("\n", " "))
    print("Keras", keras.__version__, K.backend() + ":", passed, "passed,", failures, "failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
