package dev.nightjar.config;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes nested maps, lists and scalars as YAML that {@link YamlFile} reads back. */
public final class YamlText {
  private static final int WIDTH = 100;

  private YamlText() {}

  /** One document in block style; the same map gives the same bytes. */
  public static String of(Map<String, ?> map) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(WIDTH)
            .setSplitLines(false)
            .build();
    return new Dump(settings).dumpToString(map);
  }
}
