package dev.nightjar.online.oip;

import dev.nightjar.online.request.RequestedRows;
import java.util.List;
import java.util.Optional;

/**
 * A request for inference.
 *
 * @param id given by the client, and given back to it
 * @param rows zero or more
 * @param outputs the names of the tensors that are answered, in order, each once
 * @param isMatrix whether the rows came as one tensor
 */
public record TensorRequest(
    Optional<String> id, RequestedRows rows, List<String> outputs, boolean isMatrix) {
  public TensorRequest {
    outputs = List.copyOf(outputs);
  }
}
