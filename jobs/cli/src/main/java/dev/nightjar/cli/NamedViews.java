package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Suggestion;
import dev.nightjar.feature.DeclaredView;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.job.Project;
import java.util.ArrayList;
import java.util.List;

/** Views that a command line names. */
final class NamedViews {
  private NamedViews() {}

  /**
   * The views of these names, in order.
   *
   * @param where they are named, for messages
   * @throws ConfigurationException with every name that is none, and every mistake of every file
   */
  static List<FeatureView> read(Project project, String where, List<String> names) {
    return declared(project, where, names).stream().map(DeclaredView::view).toList();
  }

  /** {@link #read} with what the files say of the views beside their rules. */
  static List<DeclaredView> declared(Project project, String where, List<String> names) {
    List<Problem> problems = new ArrayList<>();
    List<DeclaredView> read = new ArrayList<>();
    for (String name : names) {
      if (!project.viewNames().contains(name)) {
        problems.add(
            new Problem(
                where,
                0,
                "",
                "no feature view '" + name + "'" + Suggestion.text(name, project.viewNames())));
        continue;
      }
      try {
        read.add(project.declaredView(name));
      } catch (ConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return read;
  }
}
