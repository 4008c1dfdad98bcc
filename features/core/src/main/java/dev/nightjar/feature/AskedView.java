package dev.nightjar.feature;

import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * A view as some rows ask it: for those of its features that they have not brought along.
 *
 * @param places of the features that are sought, among the view's; in order
 * @param provided the others, by name, in the view's order
 */
record AskedView(FeatureView view, List<Integer> places, List<String> provided) {
  AskedView {
    places = List.copyOf(places);
    provided = List.copyOf(provided);
  }

  /** By the columns of the rows that ask. */
  static AskedView of(FeatureView view, Schema rows) {
    List<Integer> places = new ArrayList<>();
    List<String> provided = new ArrayList<>();
    for (int i = 0; i < view.features().size(); i++) {
      String name = view.features().get(i).name();
      if (rows.find(name).isPresent()) {
        provided.add(name);
      } else {
        places.add(i);
      }
    }
    return new AskedView(view, places, provided);
  }

  /** Whether anything is sought of it at all. */
  boolean isAsked() {
    return !places.isEmpty();
  }

  /** The features that are sought, in order. */
  List<Feature> sought() {
    return places.stream().map(view.features()::get).toList();
  }
}
