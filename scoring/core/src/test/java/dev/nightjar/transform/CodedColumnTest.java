package dev.nightjar.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodedColumnTest {
  private static final String[] DICTIONARY = {"green", "red", "blue"};
  private static final int[] CODES = {2, 0, 1, 0};
  private static final double[] PLACES = {2, 1, 0, 1};

  private final Schema schema =
      Schema.of(new Field("colour", DataType.STRING), new Field("name", DataType.STRING));

  /** The place of a colour among red, green and blue; names are taken and come to nothing. */
  private final CompiledTransform transform =
      new CompiledTransform(
          new Program(
              List.of(
                  new Program.Input("name", DataType.STRING, 1),
                  new Program.Input("colour", DataType.STRING, 0)),
              List.of(Kind.TEXT, Kind.TEXT, Kind.INT),
              List.of(new Step.Index(0, 2, List.of("red", "green", "blue"), "colour")),
              List.of(new Program.Output("place", 2))));

  @Test
  void a_coded_column_is_the_texts_of_its_dictionary() {
    assertThat(places(new Column.Coded(DICTIONARY, CODES, 4), names("a"))).isEqualTo(PLACES);
    String[] turned = {"blue", "green", "red"};
    int[] longer = {0, 1, 2, 1, 9};
    assertThat(places(new Column.Coded(turned, longer, 4), names("a"))).isEqualTo(PLACES);
    assertThat(places(new Column.Coded(DICTIONARY, CODES, 4), names("a"))).isEqualTo(PLACES);
  }

  @Test
  void a_dictionary_outlives_the_numbers_of_its_texts() {
    for (int round = 0; round < 3; round++) {
      // After very many texts all are forgotten, and names take the numbers of colours.
      assertThat(places(new Column.Coded(DICTIONARY, CODES, 4), names("n" + round)))
          .isEqualTo(PLACES);
      int rows = 70_000;
      String[] many = new String[rows];
      for (int row = 0; row < rows; row++) {
        many[row] = round + "/" + row;
      }
      run(
          new Column.Coded(DICTIONARY, new int[rows], rows),
          new Column.Strings(many, rows),
          new RowFates(rows));
    }
  }

  @Test
  void a_negative_code_is_a_null() {
    RowFates fates = new RowFates(2);
    Column colours = new Column.Coded(DICTIONARY, new int[] {-1, 0}, 2);
    run(colours, new Column.Strings(new String[] {"a", "b"}, 2), fates);
    assertThat(fates.rejection(0).orElseThrow().reason())
        .isEqualTo("'NullWritable' is not one of the transform's categories");
    assertThat(fates.isAlive(1)).isTrue();
    assertThat(colours.isNull(0)).isTrue();
    assertThat(colours.get(0)).isNull();
    assertThat(colours.get(1)).isEqualTo("green");
  }

  private double[] places(Column colours, Column names) {
    run(colours, names, new RowFates(4));
    double[] places = new double[4];
    for (int row = 0; row < places.length; row++) {
      places[row] = transform.values(row)[0];
    }
    return places;
  }

  private void run(Column colours, Column names, RowFates fates) {
    transform.run(new ColumnBatch(schema, List.of(colours, names), fates.rows()), fates);
  }

  private static Column names(String prefix) {
    return new Column.Strings(new String[] {prefix + 1, prefix + 2, prefix + 3, prefix + 4}, 4);
  }
}
