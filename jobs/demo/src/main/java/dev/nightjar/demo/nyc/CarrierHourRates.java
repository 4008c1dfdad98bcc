package dev.nightjar.demo.nyc;

import dev.nightjar.demo.Auc;
import dev.nightjar.demo.TrainingRows.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a table would reach: the share of late flights of each carrier in each scheduled hour,
 * learnt on the training months. A network that is no better is not worth its keep.
 */
public final class CarrierHourRates {
  private record Slot(String carrier, String hour) {}

  private record Flight(Slot slot, boolean late) {}

  private record Tally(long flights, long late) {
    Tally plus(boolean one) {
      return new Tally(flights + 1, late + (one ? 1 : 0));
    }

    double rate() {
      return (double) late / flights;
    }
  }

  private CarrierHourRates() {}

  /** The area under the curve on the held-out months; the rows need not be joined. */
  public static double auc(Iterator<Map<String, @Nullable Object>> rows) {
    Map<Slot, Tally> slots = new HashMap<>();
    Tally all = new Tally(0, 0);
    List<Flight> heldOut = new ArrayList<>();
    while (rows.hasNext()) {
      Map<String, @Nullable Object> row = rows.next();
      Optional<Boolean> late = ArrivalDelay.label(row);
      if (late.isPresent() && row.get(ArrivalDelay.LOCAL_TIME) instanceof String time) {
        // 2013-01-01T05:15:00
        Slot slot = new Slot(String.valueOf(row.get("carrier")), time.substring(11, 13));
        if (ArrivalDelay.part(row) == Part.TRAINING) {
          slots.put(slot, slots.getOrDefault(slot, new Tally(0, 0)).plus(late.get()));
          all = all.plus(late.get());
        } else {
          heldOut.add(new Flight(slot, late.get()));
        }
      }
    }
    float[] scores = new float[heldOut.size()];
    boolean[] labels = new boolean[heldOut.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) slots.getOrDefault(heldOut.get(i).slot(), all).rate();
      labels[i] = heldOut.get(i).late();
    }
    return Auc.of(scores, labels);
  }
}
