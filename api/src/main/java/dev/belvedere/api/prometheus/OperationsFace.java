package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.model.OperationException;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionWriter;

/// What load balancers, scrapers and operators' scripts call: health, readiness, reload, own metrics, federation.
public final class OperationsFace {

    private final PrometheusParts parts;
    private final Federation federation;

    public OperationsFace(PrometheusParts parts) {
        this.parts = parts;
        this.federation = new Federation(parts);
    }

    public void addTo(Routes routes) {
        routes.face(ErrorRenderer.text())
                .get("/-/healthy", call -> Reply.text(200, "Belvedere is Healthy.\n"))
                .get(
                        "/-/ready",
                        call -> parts.server().isReady()
                                ? Reply.text(200, "Belvedere is Ready.\n")
                                : PrometheusFace.notReady())
                .get("/-/quit", call -> Reply.text(405, "Only POST or PUT requests allowed"))
                .post("/-/quit", this::quit)
                .add("PUT", "/-/quit", this::quit)
                .get("/-/reload", call -> Reply.text(405, "Only POST or PUT requests allowed"))
                .post("/-/reload", this::reload)
                .add("PUT", "/-/reload", this::reload)
                .get(
                        "/version",
                        call -> Reply.json(
                                200, StatusRoutes.build(parts.server().build())))
                .get("/metrics", this::metrics)
                .get(
                        "/federate",
                        call -> parts.server().isReady() ? federation.answer(call) : PrometheusFace.notReady());
    }

    private Reply quit(Call call) {
        if (!parts.server().isQuitEnabled()) {
            return Reply.text(403, "Lifecycle API is not enabled.");
        }
        parts.server().quit();
        return Reply.text(200, "Requesting termination... Goodbye!");
    }

    private Reply reload(Call call) {
        if (!parts.server().isReloadEnabled()) {
            return Reply.text(403, "Lifecycle API is not enabled.");
        }
        try {
            parts.server().reload();
            return Reply.text(200, "");
        } catch (OperationException e) {
            return Reply.text(500, "failed to reload config: " + e.getMessage() + "\n");
        }
    }

    private Reply metrics(Call call) {
        String accept = call.header("accept");
        ExpositionFormat format = ExpositionFormat.ofAccept(accept);
        // Names of our own need no escaping, whatever the client likes.
        String escaping = "; escaping=" + (accept.contains("allow-utf-8") ? "allow-utf-8" : "underscores");
        return Reply.bytes(
                200,
                format.contentType() + escaping,
                ExpositionWriter.write(parts.metrics().collect(), format));
    }
}
