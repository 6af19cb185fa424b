package dev.belvedere.promql.engine;

import dev.belvedere.promql.answer.QueryAnswer;
import org.jspecify.annotations.Nullable;

/// Told of every query that an engine evaluates, on the query's thread.
public interface QueryListener {

    /// Called before the evaluation.
    Running started(QueryRequest request);

    /// A query on its way.
    interface Running {

        /// Called once, with the answer or with the failure.
        void ended(@Nullable QueryAnswer answer, @Nullable RuntimeException failure);
    }
}
