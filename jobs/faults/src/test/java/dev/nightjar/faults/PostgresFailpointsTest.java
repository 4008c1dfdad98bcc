package dev.nightjar.faults;

import dev.nightjar.run.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** With a table of a PostgreSQL server, read over a connection of its own. */
class PostgresFailpointsTest extends TableFailpoints {
  @Override
  void prepare() throws IOException {
    Postgres.start();
    Files.writeString(secret(), "postgres");
  }

  private static Path secret() {
    return folder.resolve("password");
  }

  @Override
  String table() {
    return "  jdbc: {url: '%s', user: postgres, password: '${file:%s}', table: public.readings}"
        .formatted(Postgres.url(), secret());
  }

  @Override
  List<Map<String, Object>> read() throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Connection reader = DriverManager.getConnection(Postgres.url(), "postgres", "postgres");
        Statement statement = reader.createStatement();
        ResultSet row =
            statement.executeQuery("select id, alarm, _nightjar_run from public.readings")) {
      while (row.next()) {
        rows.add(
            Map.of(
                "id", row.getString(1),
                "alarm", row.getFloat(2),
                "_nightjar_run", row.getString(3),
                "outcome", "scored"));
      }
      return rows;
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
