package dev.belvedere.acceptance.promql;

import java.io.IOException;

/// A server that answers questions.
public interface Asking {

    Answer ask(Question question) throws IOException, InterruptedException;
}
