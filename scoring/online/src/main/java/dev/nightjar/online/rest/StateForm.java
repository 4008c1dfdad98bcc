package dev.nightjar.online.rest;

import dev.nightjar.config.Section;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.model.ModelState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How it stands with each model that is to be served, as JSON. */
public final class StateForm {
  private StateForm() {}

  /** {@code {"models": […]}}, in the order of the settings. */
  public static byte[] list(List<ModelState> states) {
    List<Object> list = new ArrayList<>();
    states.forEach(state -> list.add(of(state)));
    return JsonBytes.of(out -> JsonBytes.tree(out, Map.of("models", list)));
  }

  private static Map<String, @Nullable Object> of(ModelState state) {
    Map<String, @Nullable Object> one = new LinkedHashMap<>();
    one.put("served-as", state.named());
    state.name().ifPresent(name -> one.put("name", name));
    state.serving().ifPresent(card -> one.putAll(ModelForm.identity(card)));
    one.put("state", Section.word(state.state()));
    state.reason().ifPresent(reason -> one.put("reason", reason));
    return one;
  }
}
