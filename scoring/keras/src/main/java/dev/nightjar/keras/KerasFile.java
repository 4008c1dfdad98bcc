package dev.nightjar.keras;

import dev.nightjar.bundle.BundleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataType;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What a model's HDF5 file says before its weights are read. HDF5 can point into other files, and
 * declare arrays of any size; so both are looked for first.
 */
final class KerasFile implements AutoCloseable {
  private static final long MOST_TEXT = 64L << 20;
  private static final long MOST_NUMBERS = 1L << 28;
  private static final int MOST_OBJECTS = 100_000;
  private static final int DEEPEST = 32;

  private final H5File file;
  private long objects;
  private long numbers;

  /**
   * @throws BundleException when it is no HDF5 file, or a damaged one
   */
  KerasFile(Path path) {
    try {
      file = new H5File(path.toString(), hdf5.H5F_ACC_RDONLY);
    } catch (RuntimeException e) {
      throw new BundleException(
          "it is no HDF5 file, or a damaged one; save the model again with model.save('….h5')", e);
    }
  }

  /**
   * A text beside the model, such as {@code model_config}; empty when there is none of that name.
   *
   * @throws BundleException when it is no text, or a very long one
   */
  Optional<String> text(String name) {
    if (!file.attrExists(name)) {
      return Optional.empty();
    }
    try (Attribute attribute = file.openAttribute(name);
        DataType type = attribute.getDataType()) {
      long size = attribute.getInMemDataSize();
      if (type._getClass() != hdf5.H5T_STRING
          || attribute.getSpace().getSimpleExtentNpoints() != 1) {
        throw new BundleException("its attribute '" + name + "' is no text");
      }
      if (size > MOST_TEXT) {
        throw new BundleException(
            "its attribute '"
                + name
                + "' has "
                + size
                + " bytes; at most "
                + MOST_TEXT
                + " are read");
      }
      return Optional.of(type.isVariableStr() ? variable(attribute, type) : fixed(attribute, type));
    }
  }

  /** Whether it has an attribute of that name, of any kind. */
  boolean hasAttribute(String name) {
    return file.attrExists(name);
  }

  private static String fixed(Attribute attribute, DataType type) {
    byte[] text = new byte[Math.toIntExact(type.getSize())];
    try (BytePointer buffer = new BytePointer(text.length)) {
      attribute.read(type, (Pointer) buffer);
      buffer.get(text);
    }
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  private static String variable(Attribute attribute, DataType type) {
    try (PointerPointer<BytePointer> pointers = new PointerPointer<>(1)) {
      attribute.read(type, (Pointer) pointers);
      BytePointer text = pointers.get(BytePointer.class, 0);
      return text == null || text.isNull() ? "" : text.getString(StandardCharsets.UTF_8);
    }
  }

  /** Whether it has a group of that name. */
  boolean has(String group) {
    return file.nameExists(group);
  }

  /**
   * Looks at every array below a group, without reading any.
   *
   * @return how many numbers they hold together
   * @throws BundleException when one lies in another file, or they are larger than is read
   */
  long checkArrays(String group) {
    checkLink(file, group, group);
    try (Group found = file.openGroup(group)) {
      checkArrays(found, group, 0);
    }
    return numbers;
  }

  private void checkArrays(Group group, String path, int depth) {
    for (long i = 0; i < group.getNumObjs(); i++) {
      String name;
      try (BytePointer text = group.getObjnameByIdx(i)) {
        name = text.getString(StandardCharsets.UTF_8);
      }
      String place = path + "/" + name;
      objects++;
      if (objects > MOST_OBJECTS || depth > DEEPEST) {
        throw new BundleException(
            "its groups go deeper or wider than a model's do, at '" + place + "'");
      }
      checkLink(group, name, place);
      int type = group.childObjType(name);
      if (type == hdf5.H5O_TYPE_GROUP) {
        try (Group child = group.openGroup(name)) {
          checkArrays(child, place, depth + 1);
        }
      } else if (type == hdf5.H5O_TYPE_DATASET) {
        checkArray(group, name, place);
      }
    }
  }

  private static void checkLink(Group group, String name, String place) {
    if (group.getLinkInfo(name).type() != hdf5.H5L_TYPE_HARD) {
      throw new BundleException(
          "'" + place + "' is a link to another place or file, which no saved model has");
    }
  }

  private void checkArray(Group group, String name, String place) {
    try (DataSet array = group.openDataSet(name)) {
      if (array.getCreatePlist().getExternalCount() > 0) {
        throw new BundleException(
            "the array '" + place + "' lies in another file, which no saved model does");
      }
      long points = array.getSpace().getSimpleExtentNpoints();
      if (points < 0 || points > MOST_NUMBERS - numbers) {
        throw new BundleException(
            String.format(
                "its arrays up to '%s', which has %d numbers, hold more than the %d that are read",
                place, points, MOST_NUMBERS));
      }
      numbers += points;
    }
  }

  @Override
  public void close() {
    file._close();
  }
}
