package dev.belvedere.api.http;

/// Memory that is kept from one request for the next, and is not worth keeping when none comes.
///
/// The server calls this every [HttpServer#GIVE_BACK_SECONDS], from any thread, while requests go on.
public interface KeptMemory {

    /// Lets go of what was not used since the last call.
    void giveBackUnused();
}
