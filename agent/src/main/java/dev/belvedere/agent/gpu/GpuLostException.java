package dev.belvedere.agent.gpu;

/// The GPU does not answer any more: it has fallen off the bus.
final class GpuLostException extends RuntimeException {

    GpuLostException() {
        super("GPU is lost", null, false, false);
    }
}
