package dev.belvedere.acceptance.promql;

import java.io.IOException;
import java.util.List;

/// The Prometheus that answers are compared with.
public interface Peer extends Asking {

    /// 305 for 3.5.
    int version();

    /// What each of its processes answers to the same question.
    List<Answer> answers(Question question) throws IOException, InterruptedException;

    /// When its data end.
    long endMillis();

    /// Whether the language says what the answer is: not so if it depends on the order in which series came, or on
    /// which of equal values is the greatest.
    boolean isDecided(Question question) throws IOException, InterruptedException;
}
