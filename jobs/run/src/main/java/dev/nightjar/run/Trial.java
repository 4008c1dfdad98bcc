package dev.nightjar.run;

import dev.nightjar.contract.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * What a run would come to, without writing anything.
 *
 * @param input the interval's rows; of the whole interval, also under a limit
 * @param counts rows by outcome
 * @param sample some scored rows with the columns that would be written
 * @param refusal why a run would be refused, as far as this can tell
 */
public record Trial(
    long input, Map<Outcome, Long> counts, List<Row> sample, Optional<String> refusal) {}
