import OrderedJSON

/// The names of the constructor arguments of all Keras layers, which distinguish a typing error from a field
/// that wtool does not need.
enum FieldNames {
  /// Sorted; made from the configurations that Keras 3.15 and tf-keras 2.21 write.
  static let all: [String] = [
    "activation", "activity_regularizer", "addition_factor", "all_ops", "alpha", "alpha_constraint",
    "alpha_initializer", "alpha_regularizer", "antialias", "arguments", "attention_axes", "axes", "axis",
    "backward_layer", "batch_input_shape", "batch_shape", "beta_constraint", "beta_initializer",
    "beta_regularizer", "bias_axes", "bias_constraint", "bias_initializer", "bias_regularizer",
    "bin_boundaries", "bins", "brightness_factor", "cell", "cells", "center", "chain_depth", "clip_limit",
    "contrast_factor", "crop_to_aspect_ratio", "cropping", "data_format", "depth_multiplier",
    "depthwise_constraint", "depthwise_initializer", "depthwise_regularizer", "dilation_rate", "dims",
    "dropout", "dtype", "embeddings_constraint", "embeddings_initializer", "embeddings_regularizer",
    "encoding", "epsilon", "equation", "expand_dims", "factor", "fft_length", "fill_mode", "fill_value",
    "filters", "flash_attention", "frame_length", "frame_step", "function", "fused", "gamma_constraint",
    "gamma_initializer", "gamma_regularizer", "go_backwards", "groups", "head_dim", "height",
    "height_factor", "hue_factor", "idf_weights", "implementation", "input_dim", "input_dtype",
    "input_length", "input_shape", "interpolation", "invert", "keepdims", "kernel_constraint",
    "kernel_initializer", "kernel_regularizer", "kernel_size", "key_dim", "l1", "l2", "layer", "layers",
    "logit_soft_cap", "lora_alpha", "lora_rank", "mag_exp", "mask_token", "mask_value", "mask_zero",
    "max_freq", "max_number", "max_tokens", "max_value", "mean", "merge_mode", "min_freq", "min_power",
    "mode", "momentum", "moving_mean_initializer", "moving_variance_initializer", "n", "negative_slope",
    "ngrams", "noise_shape", "normalize", "num_bins", "num_chains", "num_heads", "num_key_value_heads",
    "num_mel_bins", "num_oov_indices", "num_ops", "num_query_heads", "num_tokens", "offset", "oov_method",
    "oov_token", "optional", "output_dim", "output_mode", "output_padding", "output_sequence_length",
    "output_shape", "output_size", "pad_to_aspect_ratio", "pad_to_max_tokens", "padding", "periodic",
    "pointwise_constraint", "pointwise_initializer", "pointwise_regularizer", "pool_size",
    "power_iterations", "power_to_db", "quantization_config", "ragged", "rate", "recurrent_activation",
    "recurrent_constraint", "recurrent_dropout", "recurrent_initializer", "recurrent_regularizer",
    "ref_power", "renorm", "renorm_clipping", "renorm_momentum", "reset_after", "return_sequences",
    "return_state", "reverse_dtype", "rms_scaling", "salt", "sampling_rate", "saturation_factor", "scale",
    "scaling", "score_mode", "seed", "sequence_length", "sequence_stride", "shared_axes", "sigma", "size",
    "sliding_window", "sparse", "split", "standardize", "stateful", "stddev", "strides", "synchronized",
    "target_shape", "theta", "threshold", "threshold_factor", "tie_weights", "tile_grid_size", "time_major",
    "top_db", "trainable", "unit_forget_bias", "units", "unroll", "use_bias", "use_gate", "use_scale",
    "value_dim", "value_range", "variance", "virtual_batch_size", "vocabulary", "vocabulary_dtype",
    "vocabulary_size", "width", "width_factor", "window", "x_factor", "y_factor", "zero_output_for_mask",
  ]

  static let set = Set(all)
}
