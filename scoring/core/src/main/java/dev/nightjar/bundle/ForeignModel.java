package dev.nightjar.bundle;

import java.util.Optional;

/**
 * Says of a bundle that its network came as ONNX from elsewhere ({@code source/model.onnx}). No
 * library of training is there to compute what it should give: the outputs of its golden rows came
 * with it.
 *
 * @param output the name of the model's output that is scored; empty when it has only one
 */
public record ForeignModel(Optional<String> output) {}
