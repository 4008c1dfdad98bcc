package dev.nightjar.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** On what a bundle's golden rows were computed; part of its provenance. */
final class Platform {
  private static final String VERSION_OF_DL4J =
      "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

  private Platform() {}

  static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("dl4j", dl4j());
    facts.put("java", System.getProperty("java.version", "unknown"));
    facts.put("os", System.getProperty("os.name", "unknown"));
    facts.put("arch", System.getProperty("os.arch", "unknown"));
    return facts;
  }

  private static String dl4j() {
    Properties properties = new Properties();
    try (InputStream in = MultiLayerNetwork.class.getResourceAsStream(VERSION_OF_DL4J)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      return "unknown"; // a fact for people; no reason to refuse a bundle
    }
    return properties.getProperty("version", "unknown");
  }
}
