package dev.belvedere.demo.site;

/// What a GPU is used for, as far as its meters show it.
///
/// @param utilisation share of time in which some kernel runs, 0 to 1
/// @param intensity how hard it computes, 0 to 1: decides activity, power and heat
/// @param memoryMib what is allocated
/// @param isThrottled whether heat holds its clocks down
/// @param isLost whether it has fallen off the bus
record Workload(double utilisation, double intensity, double memoryMib, boolean isThrottled, boolean isLost) {

    static final Workload IDLE = new Workload(0, 0, 4, false, false);

    static Workload busy(double utilisation, double intensity, double memoryMib) {
        return new Workload(utilisation, intensity, memoryMib, false, false);
    }

    Workload throttled() {
        return new Workload(utilisation, intensity * 0.6, memoryMib, true, false);
    }

    Workload lost() {
        return new Workload(0, 0, 0, false, true);
    }
}
