package dev.nightjar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColumnBatchTest {
  private static final int MANY = 1_000;

  @ParameterizedTest
  @EnumSource(DataType.class)
  void a_column_of_each_type_keeps_its_values_past_its_first_capacity(DataType type) {
    ColumnBuilder builder = new ColumnBuilder(type);
    for (int i = 0; i < MANY; i++) {
      builder.add(i % 7 == 3 ? null : value(type, i));
    }

    Column column = builder.build();

    assertThat(column.type()).isEqualTo(type);
    assertThat(column.size()).isEqualTo(MANY);
    for (int i = 0; i < MANY; i++) {
      assertThat(column.isNull(i)).isEqualTo(i % 7 == 3);
      assertThat(column.get(i)).isEqualTo(i % 7 == 3 ? null : value(type, i));
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void a_column_can_be_empty_or_all_null(DataType type) {
    assertThat(new ColumnBuilder(type).build().size()).isZero();

    ColumnBuilder nulls = new ColumnBuilder(type);
    for (int i = 0; i < MANY; i++) {
      nulls.addNull();
    }
    Column column = nulls.build();
    assertThat(column.isNull(0)).isTrue();
    assertThat(column.get(MANY - 1)).isNull();
  }

  @Test
  void typed_additions_and_boxed_ones_give_the_same_column() {
    ColumnBuilder longs = new ColumnBuilder(DataType.TIMESTAMP);
    longs.addLong(Long.MIN_VALUE);
    ColumnBuilder floats = new ColumnBuilder(DataType.FLOAT);
    floats.addFloat(Float.NaN);
    ColumnBuilder strings = new ColumnBuilder(DataType.STRING);
    strings.addString("");

    assertThat(longs.build().get(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(floats.build().get(0)).isEqualTo(Float.NaN);
    assertThat(strings.build().isNull(0)).isFalse();
  }

  @Test
  void a_value_of_another_type_is_refused() {
    assertThatThrownBy(() -> new ColumnBuilder(DataType.LONG).add(1))
        .isInstanceOf(ClassCastException.class);
  }

  @Test
  void a_column_longer_than_its_array_is_refused() {
    assertThatThrownBy(() -> new Column.Doubles(new double[2], new BitSet(), 3))
        .hasMessage("a column of 3 rows cannot stand on an array of 2");
    assertThatThrownBy(() -> new Column.Strings(new String[2], -1))
        .hasMessage("a column of -1 rows cannot stand on an array of 2");
    assertThatThrownBy(() -> new Column.Longs(DataType.DOUBLE, new long[0], new BitSet(), 0))
        .hasMessage("a column of longs cannot have the type double");
  }

  @Test
  void a_batch_gives_its_columns_by_name_and_position() {
    ColumnBatch batch = ColumnBatch.builder(schema()).row(1, "x").row(null, null).build();

    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.column("b").get(0)).isEqualTo("x");
    assertThat(batch.column(0).get(1)).isNull();
    assertThatThrownBy(() -> batch.column("c")).hasMessage("no column 'c' among [a, b]");
  }

  @Test
  void a_batch_whose_columns_do_not_fit_its_schema_is_refused() {
    Column integers = new ColumnBuilder(DataType.INTEGER).build();
    assertThatThrownBy(() -> new ColumnBatch(schema(), List.of(integers), 0))
        .hasMessage("a batch of 2 fields cannot have 1 columns");
    assertThatThrownBy(() -> new ColumnBatch(schema(), List.of(integers, integers), 0))
        .hasMessage("column b: string of a batch of 0 rows cannot hold 0 values of type integer");
    assertThatThrownBy(() -> new ColumnBatch(Schema.of(), List.of(), -1))
        .hasMessage("a batch cannot have -1 rows");
    assertThatThrownBy(() -> ColumnBatch.builder(schema()).row(1))
        .hasMessage("a row of 2 fields cannot have 1 values");
  }

  @Test
  void a_row_that_lacks_a_value_is_found_when_the_batch_ends() {
    ColumnBatch.Builder builder = ColumnBatch.builder(schema());
    builder.column(0).addInt(1);
    builder.endRow();

    assertThatThrownBy(builder::build)
        .hasMessage("column b: string of a batch of 1 rows cannot hold 0 values of type string");
  }

  @Test
  void a_schema_finds_its_columns_and_refuses_a_name_twice() {
    assertThat(schema().find("b")).hasValue(1);
    assertThat(schema().find("B")).isEmpty();
    assertThat(schema()).isEqualTo(schema()).hasSameHashCodeAs(schema());
    assertThat(schema()).hasToString("[a: integer, b: string]");
    assertThatThrownBy(
            () -> Schema.of(new Field("a", DataType.LONG), new Field("a", DataType.FLOAT)))
        .hasMessage("a schema cannot hold the column 'a' twice: [a: long, a: float]");
  }

  @Test
  void the_words_of_types_are_found_whatever_the_locale() {
    assertThat(DataType.words())
        .containsExactly("boolean", "integer", "long", "float", "double", "string", "timestamp");
    for (DataType type : DataType.values()) {
      assertThat(DataType.of(type.word())).contains(type);
    }
    assertThat(DataType.of("INTEGER")).isEmpty();
  }

  @Test
  void reserved_names_are_found_in_any_case() {
    assertThat(ReservedColumns.reservedAmong(List.of("a", "_nightjar_run", "_NIGHTJAR_x", "_n")))
        .containsExactly("_nightjar_run", "_NIGHTJAR_x");
  }

  private static Schema schema() {
    return Schema.of(new Field("a", DataType.INTEGER), new Field("b", DataType.STRING));
  }

  private static Object value(DataType type, int i) {
    return switch (type) {
      case BOOLEAN -> i % 2 == 0;
      case INTEGER -> i;
      case LONG, TIMESTAMP -> Long.MAX_VALUE - i;
      case FLOAT -> i / 3f;
      case DOUBLE -> i / 3d;
      case STRING -> "v" + i;
    };
  }
}
