package dev.nightjar.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;

/** With an Iceberg table whose folders are its catalog, read by Iceberg's own reader. */
class IcebergFailpointsTest extends TableFailpoints {
  @Override
  String table() {
    return "  iceberg: {warehouse: tables, table: results.readings}";
  }

  @Override
  List<Map<String, Object>> read() throws IOException {
    String place =
        folder.resolve(getClass().getSimpleName() + "/tables/results/readings").toString();
    List<Map<String, Object>> rows = new ArrayList<>();
    try (CloseableIterable<Record> all =
        IcebergGenerics.read(new HadoopTables(new Configuration()).load(place)).build()) {
      for (Record row : all) {
        Map<String, Object> values = new HashMap<>();
        for (String name : List.of("id", "alarm", "_nightjar_run")) {
          values.put(name, row.getField(name));
        }
        values.put("outcome", "scored");
        rows.add(values);
      }
    }
    return rows;
  }
}
