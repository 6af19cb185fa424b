package dev.belvedere.server;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionWriter;
import java.util.List;
import java.util.function.Supplier;

/// Exposes what an agent collects, for whoever scrapes it.
public final class AgentFace {

    private final Supplier<List<MetricFamily>> metrics;

    public AgentFace(Supplier<List<MetricFamily>> metrics) {
        this.metrics = metrics;
    }

    public void addTo(Routes routes, String path) {
        routes.face(ErrorRenderer.text()).get(path, this::answer);
    }

    private Reply answer(Call call) {
        ExpositionFormat format = ExpositionFormat.ofAccept(call.header("accept"));
        return Reply.bytes(200, format.contentType(), ExpositionWriter.write(metrics.get(), format));
    }
}
