package dev.nightjar.run;

import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ReservedColumns;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Rejections as rows of Spark hold them. */
final class Rejections {
  private Rejections() {}

  /** Why a row is rejected; empty when it is not. */
  static Optional<Rejection> of(Row row) {
    Row why = row.getAs(ReservedColumns.REJECTION);
    return why == null
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                Stage.valueOf(why.getString(0).toUpperCase(Locale.ROOT)),
                why.isNullAt(1) ? "" : why.getString(1),
                why.isNullAt(2) ? "" : why.getString(2)));
  }
}
