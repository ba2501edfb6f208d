"""Functions of TensorFlow in models of tf-keras: `wtool convert` writes operations of Keras 3 that do the same, or refuses."""
import re
import subprocess

import numpy
import pytest
from conftest import WTOOL, backend, import_keras

K = import_keras()
pytestmark = pytest.mark.skipif(
    K.__name__ != "keras" or backend(K) != "tensorflow", reason="is about Keras 3 on TensorFlow, with which tf-keras runs")
if K.__name__ == "keras" and backend(K) == "tensorflow":
    import tensorflow as tf
    import tf_keras

FUNCTIONS = {
    "split1": lambda x: tf.split(x,2,axis=-1)[1],
    "split_both": lambda x: tf.multiply(*tf.split(x,2,axis=-1)),
    "split_sizes": lambda x: tf.split(x,[1,3],axis=-1)[1],
    "split_sizes_neg": lambda x: tf.split(x,[1,-1],axis=2)[1],
    "unstack1": lambda x: tf.unstack(x,axis=1)[1],
    "unstack_sum": lambda x: tf.add_n(tf.unstack(x,axis=1)),
    "where3": lambda x: tf.where(x>0,x,tf.zeros_like(x)),
    "where_scalar": lambda x: tf.where(x>0,x,-1.0),
    "where_left": lambda x: tf.where(tf.greater(x,0.1),2.0,x),
    "topk": lambda x: tf.math.top_k(x,2)[0],
    "sort": lambda x: tf.sort(x,axis=-1),
    "sort_desc": lambda x: tf.sort(x,axis=-1,direction="DESCENDING"),
    "argsort": lambda x: tf.cast(tf.argsort(x,axis=-1),"float32"),
    "pad_reflect": lambda x: tf.pad(x,[[0,0],[1,1],[0,0]],mode="REFLECT"),
    "pad_sym": lambda x: tf.pad(x,[[0,0],[1,1],[0,0]],mode="SYMMETRIC"),
    "pad_const": lambda x: tf.pad(x,[[0,0],[1,1],[0,0]],constant_values=2.0),
    "shape_reshape": lambda x: tf.reshape(x,(tf.shape(x)[0],24)),
    "shape_tile": lambda x: tf.tile(x,[1,2,1]),
    "cumprod": lambda x: tf.math.cumprod(x,axis=1),
    "logsumexp": lambda x: tf.reduce_logsumexp(x,axis=1),
    "l2norm": lambda x: tf.math.l2_normalize(x,axis=-1),
    "moments": lambda x: tf.nn.moments(x,axes=[1])[0],
    "dot": lambda x: tf.linalg.matmul(x,x,transpose_b=True),
    "bandpart": lambda x: tf.linalg.band_part(x,-1,0),
    "eq_cast": lambda x: tf.cast(tf.equal(tf.round(x),0.0),"float32"),
    "round": lambda x: tf.round(x*3),
    "erfc": lambda x: tf.math.erfc(x),
    "mod": lambda x: tf.math.mod(x,0.7),
    "floormod": lambda x: x % 0.7,
    "rdiv": lambda x: 1.0/(x*x+1.0),
    "rpow": lambda x: 2.0**x,
    "ceil": lambda x: tf.math.ceil(x*3),
    "concat_neg": lambda x: tf.concat([x,x*2],-1),
    "meshy": lambda x: tf.stack([x,x*2],axis=1)[:,0],
    "slice_step": lambda x: x[:,::2],
    "slice_neg": lambda x: x[:,-1],
    "slice_none": lambda x: x[:,None,:,:][:,0],
    "slice_rev": lambda x: x[:,::-1],
    "batch_matmul": lambda x: tf.matmul(x,tf.transpose(x,[0,2,1])),
    "softmax_axis": lambda x: tf.nn.softmax(x,axis=1),
    "onehot": lambda x: tf.one_hot(tf.argmax(x,axis=-1),4),
    "gather": lambda x: tf.gather(x,[0,2],axis=1),
    "gather_nd": lambda x: tf.gather(x,tf.constant([1,0]),axis=2),
    "tensordot": lambda x: tf.tensordot(x,tf.ones((4,2)),1),
    "norm": lambda x: tf.norm(x,axis=-1,keepdims=True)*x,
    "maxpool1": lambda x: tf.nn.max_pool1d(x,2,2,"VALID"),
    "conv1": lambda x: tf.nn.conv1d(x,tf.ones((2,4,3)),1,"SAME"),
    "ensure": lambda x: tf.ensure_shape(x,(None,6,4)),
    "bias_add": lambda x: tf.nn.bias_add(x,[1.,2.,3.,4.]),
    "broadcast": lambda x: x+tf.zeros((6,4)),
    "linspace": lambda x: x*tf.linspace(0.0,1.0,4),
    "logical": lambda x: tf.cast(tf.logical_and(x>0,x<1),"float32"),
    "cond_max": lambda x: tf.maximum(x,0.1*x),
    "hard": lambda x: tf.nn.relu6(x+3)/6*x,
    "mean_var": lambda x: (x-tf.reduce_mean(x,axis=-1,keepdims=True))/tf.math.reduce_std(x,axis=-1,keepdims=True),
    "cumsum_rev": lambda x: tf.cumsum(x,axis=1,reverse=True),
    "repeat": lambda x: tf.repeat(x,2,axis=1),
    "reverse": lambda x: tf.reverse(x,[1]),
    "roll": lambda x: tf.roll(x,1,axis=1),
    "addv2k": lambda x: tf_keras.backend.sum(x,axis=1),
    "kconcat": lambda x: tf_keras.backend.concatenate([x,x],axis=1),
    "kbatchdot": lambda x: tf_keras.backend.batch_dot(x,x,axes=2),
    "kl2": lambda x: tf_keras.backend.l2_normalize(x,axis=-1),
    "kclip": lambda x: tf_keras.backend.clip(x,0,1),
    "ksq": lambda x: tf_keras.backend.squeeze(tf_keras.backend.expand_dims(x,1),1),
    "kpermute": lambda x: tf_keras.backend.permute_dimensions(x,(0,2,1)),
    "kgather": lambda x: tf_keras.backend.softmax(x),
    "selu": lambda x: tf.nn.selu(x),
    "lrelu": lambda x: tf.nn.leaky_relu(x,0.3),
    "zeta": lambda x: tf.math.softplus(x),
    "isnan": lambda x: tf.cast(tf.math.is_nan(x),"float32"),
}
# What Keras 3 has no operation for, and what tf-keras itself does not save: the operands of einsum.
REFUSED = {
    "einsum": lambda x: tf.einsum("bij,bkj->bik",x,x),
    "einsum_const": lambda x: tf.einsum("bij->bji",x),
    "clip_norm": lambda x: tf.clip_by_norm(x,1.0),
    "diag": lambda x: tf.linalg.diag_part(x[:,:4]),
    "atan2": lambda x: tf.atan2(x,x+2.0),
    "count": lambda x: tf.cast(tf.math.count_nonzero(x,axis=-1,keepdims=True),"float32"),
    "cumsum_ex": lambda x: tf.cumsum(x,axis=1,exclusive=True),
    "crelu": lambda x: tf.nn.crelu(x),
    "lrn": lambda x: tf.nn.local_response_normalization(x[:,:,None,:])[:,:,0],
}


def model(function):
    tf_keras.backend.clear_session()
    tf_keras.utils.set_random_seed(1)
    inputs = tf_keras.Input((6, 4))
    outputs = function(tf_keras.layers.Dense(4, name="first")(inputs))
    if outputs.shape.rank > 1 and outputs.shape[-1] is not None:
        outputs = tf_keras.layers.Dense(3, name="last")(outputs)
    return tf_keras.Model(inputs, outputs)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(wtool, tmp_path, name):
    old = model(FUNCTIONS[name])
    old.save(tmp_path / "old.h5")
    wtool("convert", tmp_path / "old.h5", tmp_path / "new.keras")
    x = numpy.random.default_rng(0).normal(size=(3, 6, 4)).astype("float32")
    new = K.models.load_model(tmp_path / "new.keras")
    numpy.testing.assert_allclose(new.predict_on_batch(x), old.predict_on_batch(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path, name):
    model(REFUSED[name]).save(tmp_path / "old.h5")
    done = subprocess.run([WTOOL, "convert", tmp_path / "old.h5", tmp_path / "new.keras"], capture_output=True, text=True)
    assert done.returncode == 3 and re.search(r"no operation of Keras 3 that does what tf\.|cannot be used", done.stderr)
    assert not (tmp_path / "new.keras").exists()


@pytest.mark.parametrize("name, function", {
    "second": lambda x: tf.split(x, 2, axis=1)[1], "both": lambda x: list(tf.split(x, 2, axis=1)),
    "third": lambda x: tf.unstack(x, axis=1)[2], "pair": lambda x: list(tf.math.top_k(x, 2)),
}.items())
def test_outputs(wtool, tmp_path, name, function):
    """Results of functions with several are the outputs of the model."""
    inputs = tf_keras.Input((6, 4))
    old = tf_keras.Model(inputs, function(tf_keras.layers.Dense(4)(inputs)))
    old.save(tmp_path / "old.h5")
    wtool("convert", tmp_path / "old.h5", tmp_path / "new.keras")
    x = numpy.random.default_rng(0).normal(size=(3, 6, 4)).astype("float32")
    theirs, ours = old.predict_on_batch(x), K.models.load_model(tmp_path / "new.keras").predict_on_batch(x)
    for one, other in zip(*[result if isinstance(result, (list, tuple)) else [result] for result in (ours, theirs)]):
        numpy.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
