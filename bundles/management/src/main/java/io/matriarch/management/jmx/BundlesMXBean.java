package io.matriarch.management.jmx;

import io.matriarch.management.core.BundleInfo;
import java.util.List;

@Description("The bundles of this appliance: new code in place of the old while PostgreSQL serves")
public interface BundlesMXBean {
    @Description("All bundles")
    List<BundleInfo> getBundles();

    @Description(value = "How many bundles are active", units = "bundles")
    int getActiveCount();

    @Description("Puts new code in place; the text tells how long the bundle was away")
    @Impact(value = Impact.CHANGES, role = "admin")
    Views.Outcome update(
            @Description("As listed in Bundles") long id,
            @Description("A file on this node; empty: where it was installed from")
                    String location);

    @Description("Says what an update would do, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome updateDryRun(
            @Description("As listed in Bundles") long id,
            @Description("A file on this node; empty: where it was installed from")
                    String location);

    @Description("Starts a bundle")
    @Impact(value = Impact.CHANGES, role = "admin")
    Views.Outcome start(@Description("As listed in Bundles") long id);

    @Description("Stops a bundle")
    @Impact(value = Impact.CHANGES, role = "admin")
    Views.Outcome stop(@Description("As listed in Bundles") long id);

    @Description("Says which services would be missed after a stop, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome stopDryRun(@Description("As listed in Bundles") long id);

    @Description("Wires a bundle, and those wired to it, anew; all of them restart")
    @Impact(value = Impact.CHANGES, role = "admin")
    Views.Outcome refresh(@Description("As listed in Bundles") long id);

    @Description("Says which bundles a refresh would restart, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome refreshDryRun(@Description("As listed in Bundles") long id);
}
