package dev.belvedere.scrape;

/// An exposition that is well-formed but must not be taken: it breaks a limit or makes an invalid series.
final class ScrapeFailedException extends Exception {

    ScrapeFailedException(String message) {
        super(message);
    }
}
