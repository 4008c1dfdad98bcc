package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import java.nio.charset.StandardCharsets;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.BooleanMetaData;
import org.datavec.api.transform.schema.Schema;

/** The transform that does nothing, for models that take the contract's inputs as they are. */
final class IdentityTransform {
  private IdentityTransform() {}

  /**
   * Its JSON.
   *
   * @param model what messages call the model
   * @throws BundleException when an input is no number
   */
  static byte[] of(String model, Contract contract) {
    Schema.Builder columns = new Schema.Builder();
    for (InputField input : contract.inputs()) {
      switch (input.type()) {
        case BOOLEAN -> columns.addColumn(new BooleanMetaData(input.name()));
        case INTEGER -> columns.addColumnInteger(input.name());
        case LONG -> columns.addColumnLong(input.name());
        case FLOAT -> columns.addColumnFloat(input.name());
        case DOUBLE -> columns.addColumnDouble(input.name());
        case STRING, TIMESTAMP ->
            throw new BundleException(
                String.format(
                    "%s has no transform, so the contract's inputs are the network's columns, and"
                        + " its input '%s' is a %s; give a TransformProcess that makes numbers of it",
                    model, input.name(), input.typeWord()));
      }
    }
    return new TransformProcess.Builder(columns.build())
        .build()
        .toJson()
        .getBytes(StandardCharsets.UTF_8);
  }
}
