package dev.belvedere.api.queries;

import dev.belvedere.model.Tenant;

/// A query as it was asked.
///
/// @param language `promql`, `logql`, `traceql`
/// @param startMillis of a range; of an instant query its moment
/// @param stepMillis 0 for an instant query
/// @param origin who asked
public record QueryDescription(
        String language, String text, Tenant tenant, long startMillis, long endMillis, long stepMillis, Origin origin) {

    /// Who asked: a client over HTTP, or a part of the server.
    ///
    /// @param client its address; empty for a part of the server
    /// @param method of the HTTP request; for a part of the server what it is, such as `rules`
    /// @param path of the HTTP request
    public record Origin(String client, String method, String path) {

        static final Origin RULES = new Origin("", "rules", "");

        boolean isHttp() {
            return !client.isEmpty();
        }

        /// In one word or two.
        String shown() {
            return isHttp() ? client + " " + method + " " + path : method;
        }
    }
}
