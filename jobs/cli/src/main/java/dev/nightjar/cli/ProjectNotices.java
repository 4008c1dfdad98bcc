package dev.nightjar.cli;

import dev.nightjar.job.Project;
import dev.nightjar.ledger.Notice;
import dev.nightjar.notice.Message;
import dev.nightjar.notice.Route;
import dev.nightjar.notice.Routes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the notices of a project go, and what messages say of it. */
record ProjectNotices(Project project) implements Routes, Message.Site {
  @Override
  public Optional<Route> of(String job) {
    return Route.of(job, project.notifying(), project.notifying(job));
  }

  @Override
  public String command(String words) {
    return "nightjar " + words + " --project " + project.folder();
  }

  @Override
  public Optional<String> log(Notice notice) {
    Path log = ChildRuns.log(project.folder(), notice.job(), notice.interval(), notice.fence());
    return Files.exists(log) ? Optional.of(log.toString()) : Optional.empty();
  }

  @Override
  public String redacted(String text) {
    return project.environment().redact(text);
  }
}
