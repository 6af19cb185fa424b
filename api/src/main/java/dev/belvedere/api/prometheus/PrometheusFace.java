package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Handler;
import dev.belvedere.api.http.Question;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.usage.QuerySource;
import java.util.Optional;

/// Prometheus' HTTP API as Grafana, promtool and scripts use it.
public final class PrometheusFace {

    private final PrometheusParts parts;

    public PrometheusFace(PrometheusParts parts) {
        this.parts = parts;
    }

    /// @param base where the API begins: `/api/v1`
    public void addTo(Routes routes, String base) {
        Registrar face = new Registrar(routes.face(ApiException::render), base);
        AnswerArrays arrays = new AnswerArrays();
        routes.keeps(arrays);
        new QueryRoutes(parts, arrays).addTo(face);
        new SeriesRoutes(parts).addTo(face);
        new SearchRoutes(parts).addTo(face);
        new TargetRoutes(parts).addTo(face);
        new RuleRoutes(parts).addTo(face);
        new StatusRoutes(parts).addTo(face);
        new AdminRoutes(parts).addTo(face);
    }

    /// Adds routes below the base that are answered once the server is ready.
    final class Registrar {

        private final Routes.Face face;
        private final String base;

        private Registrar(Routes.Face face, String base) {
            this.face = face;
            this.base = base;
        }

        Registrar get(String path, Handler handler) {
            face.get(base + path, whenReady(handler));
            return this;
        }

        Registrar getOrPost(String path, Handler handler) {
            face.getOrPost(base + path, whenReady(handler));
            return this;
        }

        Registrar postOrPut(String path, Handler handler) {
            face.post(base + path, whenReady(handler)).add("PUT", base + path, whenReady(handler));
            return this;
        }

        private Handler whenReady(Handler handler) {
            return new WhenReady(parts.server(), handler);
        }
    }

    private record WhenReady(ServerView server, Handler handler) implements Handler {

        @Override
        public Reply handle(Call call) {
            return server.isReady()
                    ? ScopedValue.where(QuerySource.CURRENT, QuerySource.of(call))
                            .call(() -> handler.handle(call))
                    : notReady();
        }

        @Override
        public Optional<Question> question(Call call) {
            return handler.question(call);
        }
    }

    static Reply notReady() {
        return Reply.text(503, "Service Unavailable");
    }

    /// The parameters of a call.
    static ApiParameters parameters(Call call) {
        return new ApiParameters(call.parameters());
    }
}
