package dev.nightjar.online.openapi;

import dev.nightjar.online.request.ModelCard;
import java.util.List;

public final class OpenApi {
  private OpenApi() {}

  public static byte[] document(List<ModelCard> c, String v) {
    return new byte[0];
  }
}
