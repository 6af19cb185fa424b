package dev.belvedere.agent.gpu;

import dev.belvedere.model.events.Severity;
import java.util.Map;
import java.util.Set;

/// What NVIDIA's XID codes mean and who has to act, after NVIDIA's catalogue of October 2025.
final class XidCatalog {

    static final int FALLEN_OFF_THE_BUS = 79;

    /// The hardware or the driver is in trouble: drain the node.
    private static final Set<Integer> NODE = Set.of(
            46, 48, 62, 64, 74, 79, 95, 109, 110, 119, 120, 136, 140, 143, 144, 145, 146, 147, 148, 149, 150, 158, 167,
            171, 172);

    /// Something wears out: look at it when there is time.
    private static final Set<Integer> TICKET = Set.of(63, 92, 94, 121, 154, 156, 157, 160, 161, 162, 163, 164, 165);

    /// The program on the GPU went wrong.
    private static final Set<Integer> PROGRAM = Set.of(8, 11, 13, 25, 31, 32, 43, 45, 68, 69, 80, 137);

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(8, "GPU stopped processing"),
            Map.entry(13, "graphics engine exception"),
            Map.entry(31, "GPU memory page fault"),
            Map.entry(32, "invalid or corrupted push buffer stream"),
            Map.entry(43, "GPU stopped processing for the program"),
            Map.entry(45, "preemptive cleanup after earlier errors"),
            Map.entry(46, "GPU stopped processing"),
            Map.entry(48, "double bit ECC error"),
            Map.entry(62, "internal microcontroller halt"),
            Map.entry(63, "row remapping recorded"),
            Map.entry(64, "row remapping failed"),
            Map.entry(69, "graphics engine class error"),
            Map.entry(74, "NVLink error"),
            Map.entry(79, "GPU has fallen off the bus"),
            Map.entry(92, "high rate of single bit ECC errors"),
            Map.entry(94, "contained ECC error"),
            Map.entry(95, "uncontained ECC error"),
            Map.entry(109, "context switch timeout"),
            Map.entry(119, "timeout of the GPU system processor"),
            Map.entry(120, "error of the GPU system processor"),
            Map.entry(121, "C2C link error"),
            Map.entry(136, "NVLink training error"),
            Map.entry(140, "unrecovered ECC error"),
            Map.entry(143, "GPU initialisation failed"),
            Map.entry(154, "recovery action changed"));

    private XidCatalog() {}

    static String name(int xid) {
        return NAMES.getOrDefault(xid, "see NVIDIA's XID catalogue");
    }

    static int severity(int xid) {
        if (NODE.contains(xid)) {
            return Severity.FATAL;
        }
        if (PROGRAM.contains(xid)) {
            return Severity.ERROR;
        }
        return TICKET.contains(xid) ? Severity.WARN : Severity.INFO;
    }

    /// `node`, `ticket`, `workload` or `none`: whom the event concerns.
    static String concerns(int xid) {
        if (NODE.contains(xid)) {
            return "node";
        }
        if (PROGRAM.contains(xid)) {
            return "workload";
        }
        return TICKET.contains(xid) ? "ticket" : "none";
    }
}
