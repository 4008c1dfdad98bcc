package dev.nightjar.schedule.page;

import dev.nightjar.schedule.page.JobView.Cell;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The intervals of a calendar as tables: a month of days each, or a row of hours for each day. */
record Grid(String job, JobView view) {
  private static final List<String> DAYS = List.of("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su");
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE d MMM", Locale.ENGLISH);
  private static final int HOURS = 24;

  /** A table for each month, the newest first. */
  Tag months() {
    List<Tag> months = new ArrayList<>();
    for (YearMonth month = YearMonth.from(view.to().minusDays(1));
        !month.isBefore(YearMonth.from(view.from()));
        month = month.minusMonths(1)) {
      months.add(month(month));
    }
    return Tag.of("div", "months").add(months);
  }

  private Tag month(YearMonth month) {
    Tag head = Tag.of("tr");
    DAYS.forEach(day -> head.add(Tag.of("th").set("scope", "col").text(day)));
    Map<Integer, Cell> cells = new HashMap<>();
    view.cells().stream()
        .filter(cell -> YearMonth.from(cell.day()).equals(month))
        .forEach(cell -> cells.put(cell.day().getDayOfMonth(), cell));
    Tag body = Tag.of("tbody");
    int before = month.atDay(1).getDayOfWeek().getValue() - 1;
    for (int start = 1 - before; start <= month.lengthOfMonth(); start += DAYS.size()) {
      Tag row = Tag.of("tr");
      for (int day = start; day < start + DAYS.size(); day++) {
        row.add(month.isValidDay(day) ? day(cells.get(day), day) : Tag.of("td"));
      }
      body.add(row);
    }
    return Tag.of("table", "month")
        .add(Tag.of("caption").text(MONTH.format(month)), Tag.of("thead").add(head), body);
  }

  private Tag day(@Nullable Cell cell, int day) {
    String text = Integer.toString(day);
    return cell == null || cell.mark() == Mark.NONE
        ? Tag.of("td").add(Tag.of("span", "cell is-none").text(text))
        : Tag.of("td").add(link(cell, text));
  }

  /** A row for each day, the newest first. */
  Tag hours() {
    Tag head = Tag.of("tr").add(Tag.of("td"));
    for (int hour = 0; hour < HOURS; hour++) {
      head.add(Tag.of("th").set("scope", "col").text(Integer.toString(hour)));
    }
    Tag body = Tag.of("tbody");
    for (LocalDate day = view.to().minusDays(1);
        !day.isBefore(view.from());
        day = day.minusDays(1)) {
      body.add(row(day));
    }
    return Tag.of("div", "wide")
        .set("role", "region")
        .set("tabindex", "0")
        .set("aria-label", "intervals")
        .add(Tag.of("table", "hours").add(Tag.of("thead").add(head), body));
  }

  private Tag row(LocalDate day) {
    Tag row = Tag.of("tr").add(Tag.of("th").set("scope", "row").text(DAY.format(day)));
    List<Cell> cells = view.cells().stream().filter(cell -> cell.day().equals(day)).toList();
    for (int hour = 0; hour < HOURS; hour++) {
      Tag place = Tag.of("td");
      for (Cell cell : cells) {
        // Two where the clock is put back, none where it is put on.
        if (cell.hour() == hour) {
          place.add(cell.mark() == Mark.NONE ? Tag.of("span", "cell is-none") : link(cell, ""));
        }
      }
      row.add(place);
    }
    return row;
  }

  private Tag link(Cell cell, String text) {
    String says = cell.interval() + ": " + cell.mark().word();
    return Tag.of("a", "cell is-" + cell.mark().style())
        .set("href", Words.address(job, cell.interval()))
        .set("title", cell.reason().isEmpty() ? says : says + ": " + cell.reason())
        .set("aria-label", says)
        .add(Tag.of("span", "day").text(text), Tag.of("span", "shape").text(cell.mark().shape()));
  }
}
