package dev.belvedere.api.prometheus;

import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.RuleGroupSnapshot;
import java.util.List;

/// The rules as the API shows them.
public interface RuleView {

    /// Sorted by file and name.
    List<RuleGroupSnapshot> groups();

    /// Pending and firing ones.
    List<AlertSnapshot> alerts();
}
