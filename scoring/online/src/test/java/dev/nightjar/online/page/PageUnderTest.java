package dev.nightjar.online.page;

import java.net.URI;
import java.util.List;

/** An endpoint with the page, serving the models of {@code models.json} beside the tests. */
interface PageUnderTest extends AutoCloseable {

  /** Where the page is answered without a token. */
  URI open();

  /** Where everything but the page itself is answered with a token alone. */
  URI guarded();

  /** The token. */
  String token();

  /** The bodies that have been posted so far, the oldest first. */
  List<String> posted();

  @Override
  void close();
}
