package dev.belvedere.api.http;

import java.util.List;

/// The memory outside the heap that the long answers of all connections are sent from.
///
/// @param lasting of bodies that are sent again
/// @param passing of all others
record AnswerMemory(LastingBodies lasting, SendMemory passing) {

    AnswerMemory() {
        this(new LastingBodies(), new SendMemory());
    }

    List<KeptMemory> parts() {
        return List.of(lasting, passing);
    }
}
