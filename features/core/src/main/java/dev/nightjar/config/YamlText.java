package dev.nightjar.config;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

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
            .setDereferenceAliases(
                true) // the same list twice would become an alias, which is refused
            .build();
    return new Dump(settings, new Representer(settings)).dumpToString(map);
  }

  /** Texts of several lines in quotes: as blocks, leading blank lines cannot be read back. */
  private static final class Representer extends StandardRepresenter {
    Representer(DumpSettings settings) {
      super(settings);
    }

    @Override
    protected Node representScalar(Tag tag, String value, ScalarStyle style) {
      return super.representScalar(
          tag, value, style == ScalarStyle.LITERAL ? ScalarStyle.DOUBLE_QUOTED : style);
    }
  }
}
