package dev.belvedere.platform.catalog;

/// The one truth about published segments. Safe from any thread.
public interface Catalog extends AutoCloseable {

    CatalogState state();

    /// Publishes an edit. When this returns, the edit survives power loss and [#state] shows it.
    ///
    /// @return the state after the edit
    /// @throws dev.belvedere.model.OperationException `io_error` or `disk_full`: the edit did not happen
    CatalogState commit(CatalogEdit edit);

    @Override
    void close();
}
