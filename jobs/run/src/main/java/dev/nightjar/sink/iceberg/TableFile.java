package dev.nightjar.sink.iceberg;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.io.IOUtils;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.shaded.org.apache.parquet.schema.GroupType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.Type;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * A file of an attempt as a file of a table: the same pages, byte for byte, under a footer that has
 * Iceberg's ids of the columns and leaves those out that readers are not to see. Without ids some
 * readers go by a mapping of names and others by the order of the columns, which is not the
 * table's. Layout of the footer: parquet-format, "File format".
 */
final class TableFile {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL = Integer.BYTES + MAGIC.length;
  private static final int BUFFER = 1 << 16;

  private TableFile() {}

  /** The ids of a table's columns, and of what they consist of, by their paths in Parquet. */
  static Map<String, Integer> ids(Schema schema) {
    Map<String, Integer> ids = new HashMap<>();
    collect(ParquetSchemaUtil.convert(schema, "table"), "", ids);
    return ids;
  }

  private static void collect(GroupType group, String before, Map<String, Integer> ids) {
    for (Type field : group.getFields()) {
      String path = before + field.getName();
      if (field.getId() != null) {
        ids.put(path, field.getId().intValue());
      }
      if (!field.isPrimitive()) {
        collect(field.asGroupType(), path + ".", ids);
      }
    }
  }

  /**
   * Copies a file.
   *
   * @param bytes how long it is
   * @return how long the copy is
   * @throws IOException when it is not Parquet, or has changed
   */
  static long copy(
      FSDataInputStream from, long bytes, FSDataOutputStream to, Map<String, Integer> ids)
      throws IOException {
    byte[] tail = new byte[TAIL];
    from.readFully(bytes - TAIL, tail);
    int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
    long begin = bytes - TAIL - length;
    if (begin < MAGIC.length
        || !new String(tail, Integer.BYTES, MAGIC.length, StandardCharsets.US_ASCII)
            .equals("PAR1")) {
      throw new IOException("the file does not end as a Parquet file of " + bytes + " bytes does");
    }
    from.seek(begin);
    FileMetaData footer = Util.readFileMetaData(from);
    from.seek(0);
    IOUtils.copyBytes(from, to, begin, false);
    ByteArrayOutputStream written = new ByteArrayOutputStream(BUFFER);
    Util.writeFileMetaData(withIds(footer, ids), written);
    written.writeTo(to);
    to.write(
        ByteBuffer.allocate(TAIL)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(written.size())
            .put(MAGIC)
            .array());
    return begin + written.size() + TAIL;
  }

  static FileMetaData withIds(FileMetaData footer, Map<String, Integer> ids) {
    FileMetaData told = footer.deepCopy();
    List<Boolean> leaves = new ArrayList<>();
    told.setSchema(columns(footer.getSchema(), ids, leaves));
    if (told.isSetColumn_orders()) {
      told.setColumn_orders(kept(footer.getColumn_orders(), leaves));
    }
    for (RowGroup group : told.getRow_groups()) {
      List<ColumnChunk> chunks = kept(group.getColumns(), leaves);
      group.setColumns(chunks);
      group.unsetSorting_columns();
      group.setTotal_byte_size(
          chunks.stream().mapToLong(c -> c.getMeta_data().getTotal_uncompressed_size()).sum());
    }
    // Spark's own description has the columns that are left out.
    if (told.isSetKey_value_metadata()) {
      told.getKey_value_metadata().removeIf(entry -> entry.getKey().contains("spark"));
    }
    return told;
  }

  private static <T> List<T> kept(List<T> ofLeaves, List<Boolean> leaves) {
    List<T> kept = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (leaves.get(i)) {
        kept.add(ofLeaves.get(i));
      }
    }
    return kept;
  }

  /** An inner node of the schema, of which some children are still to come. */
  private static final class Open {
    private final String path;
    private int children;

    Open(String path, int children) {
      this.path = path;
      this.children = children;
    }
  }

  /**
   * The elements that stay, with their ids. A schema is its tree, parents before their children.
   *
   * @param leaves is told of each leaf, whether it stays
   */
  private static List<SchemaElement> columns(
      List<SchemaElement> all, Map<String, Integer> ids, List<Boolean> leaves) {
    List<SchemaElement> kept = new ArrayList<>();
    SchemaElement root = all.get(0).deepCopy();
    kept.add(root);
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open("", root.getNum_children()));
    boolean stays = false;
    int columns = 0;
    for (SchemaElement element : all.subList(1, all.size())) {
      while (open.element().children == 0) {
        open.pop();
      }
      open.element().children--;
      String path = open.element().path + element.getName();
      if (open.size() == 1) {
        stays = ids.containsKey(path);
        columns += stays ? 1 : 0;
      }
      if (stays) {
        SchemaElement told = element.deepCopy();
        Integer id = ids.get(path);
        if (id != null) {
          told.setField_id(id);
        }
        kept.add(told);
      }
      if (element.isSetNum_children() && element.getNum_children() > 0) {
        open.push(new Open(path + ".", element.getNum_children()));
      } else {
        leaves.add(stays);
      }
    }
    root.setNum_children(columns);
    return kept;
  }
}
