"""Layers of classes that wtool does not know, and models with them: one with plain weights, one that holds others."""


def layers(K):
    """The two classes, registered in the package `mine`."""
    L = K.layers

    @K.saving.register_keras_serializable(package="mine")
    class Scaled(L.Layer):
        """A kernel of its own initializer, a scale, a bias and a statistic."""

        def __init__(self, units=4, kernel_initializer="he_normal", **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.kernel_initializer = K.initializers.get(kernel_initializer)

        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], self.units), initializer=self.kernel_initializer, name="kernel")
            self.gamma = self.add_weight(shape=(self.units,), initializer="ones", name="gamma")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
            self.moving_mean = self.add_weight(shape=(self.units,), initializer="zeros", name="moving_mean", trainable=False)

        def call(self, x):
            return K.ops.matmul(x - K.ops.mean(self.moving_mean), self.kernel) * self.gamma + self.bias

        def get_config(self):
            initializer = K.initializers.serialize(self.kernel_initializer)
            return {**super().get_config(), "units": self.units, "kernel_initializer": initializer}

    @K.saving.register_keras_serializable(package="mine")
    class Block(L.Layer):
        """Layers in attributes and in a list."""

        def __init__(self, units=4, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.dense = L.Dense(units, name="projection")
            self.norm = L.LayerNormalization()
            self.many = [L.Dense(3), L.Dense(units)]

        def build(self, shape):
            batch = tuple(shape[:-1])
            self.dense.build(shape)
            self.norm.build(batch + (self.units,))
            self.many[0].build(batch + (self.units,))
            self.many[1].build(batch + (3,))

        def call(self, x):
            return self.many[1](self.many[0](self.norm(self.dense(x))))

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    return Scaled, Block


def functional(K):
    """Custom layers between known ones, also within a nested model, and one whose output nobody consumes."""
    L = K.layers
    Scaled, Block = layers(K)
    x = K.Input((6,))
    y = Block(5, name="block")(Scaled(4, name="scaled")(x))
    inner = K.Sequential([K.Input((3,)), Scaled(2, name="deep"), L.Dropout(0.1), L.Dense(2, name="last")], name="inner")
    return K.Model(x, [inner(L.Dense(3, name="middle")(y)), Scaled(2, "zeros", name="end")(y)])


def sequential(K):
    L = K.layers
    Scaled, Block = layers(K)
    return K.Sequential([
        K.Input((6,)), L.Dense(5), Scaled(4, name="scaled"), L.Dropout(0.2), L.Dense(3), Block(4, name="block"), L.Dense(2)])
