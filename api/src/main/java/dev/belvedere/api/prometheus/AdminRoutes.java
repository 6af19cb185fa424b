package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What operators do to stored metrics, if they are allowed to.
final class AdminRoutes {

    private final PrometheusParts parts;

    AdminRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.postOrPut("/admin/tsdb/delete_series", this::deleteSeries)
                .postOrPut("/admin/tsdb/clean_tombstones", this::cleanTombstones)
                .postOrPut("/admin/tsdb/snapshot", this::snapshot)
                .postOrPut("/admin/tsdb/flush", this::flush);
    }

    private void requireEnabled() {
        if (!parts.server().isAdminEnabled()) {
            throw ApiException.unavailable("admin APIs disabled");
        }
    }

    private Reply deleteSeries(Call call) {
        requireEnabled();
        ApiParameters parameters = PrometheusFace.parameters(call);
        if (parameters.all("match[]").isEmpty()) {
            throw ApiException.badData("no match[] parameter provided");
        }
        Optional<TimeRange> range = parameters.range();
        List<List<LabelMatcher>> sets = new ArrayList<>();
        for (String selector : parameters.all("match[]")) {
            try {
                sets.add(ApiParameters.selector(selector));
            } catch (ApiException e) {
                throw ApiException.parameter("match[]", e.getMessage());
            }
        }
        range.ifPresent(span -> sets.forEach(
                matchers -> parts.admin().deleteSeries(parts.tenants().tenant(call), matchers, span)));
        return Reply.empty();
    }

    private Reply cleanTombstones(Call call) {
        requireEnabled();
        parts.admin().cleanTombstones();
        return Reply.empty();
    }

    private Reply flush(Call call) {
        requireEnabled();
        parts.admin().flush();
        return Reply.empty();
    }

    private Reply snapshot(Call call) {
        requireEnabled();
        String name =
                parts.server().snapshot(PrometheusFace.parameters(call).flag("skip_head", "unable to parse boolean"));
        return ApiAnswer.of(json -> {
            json.beginObject();
            GoJson.text(json.name("name"), name);
            json.endObject();
        });
    }
}
