package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nightjar.online.model.ModelState;
import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.oip.Metadata;
import dev.nightjar.online.openapi.OpenApi;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.rest.ModelForm;
import dev.nightjar.online.rest.StateForm;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What can be asked of the endpoint and its models besides scores. */
final class InfoServices {
  private static final MediaType PROMETHEUS =
      MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  /** The protocol's extension of which the index is answered. */
  private static final String REPOSITORY = "model_repository";

  private final ServedModels models;
  private final EndpointMeters meters;
  private final BooleanSupplier isReady;
  private final String version;

  /**
   * @param isReady whether requests should be sent here
   * @param version of Nightjar
   */
  InfoServices(
      ServedModels models, EndpointMeters meters, BooleanSupplier isReady, String version) {
    this.models = models;
    this.meters = meters;
    this.isReady = isReady;
    this.version = version;
  }

  HttpService live() {
    return (context, request) -> json(HttpStatus.OK, Metadata.live());
  }

  HttpService ready() {
    return (context, request) -> {
      boolean ready = isReady.getAsBoolean();
      return json(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, Metadata.ready(ready));
    };
  }

  HttpService metrics() {
    return (context, request) ->
        answer(HttpStatus.OK, PROMETHEUS, HttpData.ofUtf8(meters.scrape()));
  }

  HttpService openApi() {
    return (context, request) -> json(HttpStatus.OK, OpenApi.document(models.cards(), version));
  }

  /** Our own list of what is served, and how it stands with it. */
  HttpService models() {
    return (context, request) -> json(HttpStatus.OK, StateForm.list(models.states()));
  }

  /** One model in our own form. */
  HttpService model() {
    return (context, request) -> of(context, ModelForm::of);
  }

  HttpService serverMetadata() {
    return (context, request) -> json(HttpStatus.OK, Metadata.server(version, List.of(REPOSITORY)));
  }

  HttpService modelMetadata() {
    return (context, request) -> of(context, card -> Metadata.model(card, versions(card.name())));
  }

  HttpService modelReady() {
    return (context, request) -> of(context, card -> Metadata.modelReady(card.name(), true));
  }

  /** The list of names that servers of the protocol have beside what it demands. */
  HttpService modelNames() {
    return (context, request) ->
        json(
            HttpStatus.OK,
            Metadata.models(
                models.states().stream()
                    .flatMap(state -> state.name().stream())
                    .distinct()
                    .toList()));
  }

  /** The index of the protocol's extension for repositories. */
  HttpService index() {
    return (context, request) ->
        json(
            HttpStatus.OK,
            Metadata.index(models.states().stream().map(InfoServices::indexed).toList()));
  }

  private static Metadata.Indexed indexed(ModelState state) {
    return new Metadata.Indexed(
        state.name().orElse(state.named()),
        state.serving().map(ModelCard::version).orElse(""),
        state.state() == ModelState.State.READY,
        state.reason().orElse(""));
  }

  private List<String> versions(String name) {
    return models.cards().stream()
        .filter(card -> card.name().equals(name))
        .map(ModelCard::version)
        .toList();
  }

  private HttpResponse of(ServiceRequestContext context, Function<ModelCard, byte[]> encoded) {
    ServedModel model =
        models.retained(
            String.valueOf(context.pathParam("model")),
            Optional.ofNullable(context.pathParam("version")));
    try {
      return json(HttpStatus.OK, encoded.apply(models.described(model)));
    } finally {
      model.release();
    }
  }

  private static HttpResponse json(HttpStatus status, byte[] body) {
    return answer(status, MediaType.JSON, HttpData.wrap(body));
  }

  private static HttpResponse answer(HttpStatus status, MediaType type, HttpData body) {
    ResponseHeaders headers =
        ResponseHeaders.builder(status)
            .contentType(type)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .build();
    return HttpResponse.of(headers, body);
  }
}
