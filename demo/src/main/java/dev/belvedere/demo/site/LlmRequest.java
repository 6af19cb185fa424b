package dev.belvedere.demo.site;

/// A chat request on its way through a replica. Times are seconds since the start of the site.
final class LlmRequest {

    final int promptTokens;
    final int generatedTokens;
    final double arrival;

    /// When it left the queue.
    double admission;

    double prefillEnd;
    double end;

    LlmRequest(int promptTokens, int generatedTokens, double arrival) {
        this.promptTokens = promptTokens;
        this.generatedTokens = generatedTokens;
        this.arrival = arrival;
    }

    /// @param prefillTokensPerSecond of the replica
    /// @param decodeTokensPerSecond of this request, at the load at which it starts
    void admit(double at, double prefillTokensPerSecond, double decodeTokensPerSecond) {
        admission = Math.max(at, arrival + 0.004);
        prefillEnd = admission + 0.02 + promptTokens / prefillTokensPerSecond;
        end = prefillEnd + generatedTokens / decodeTokensPerSecond;
    }
}
