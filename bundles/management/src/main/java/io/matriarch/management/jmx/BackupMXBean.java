package io.matriarch.management.jmx;

import java.util.List;

@Description("What lies in the repositories; every look asks them, so look seldom")
public interface BackupMXBean {
    @Description(
            "Every repository with its backups, oldest first; takes as long as their servers do")
    @Impact(Impact.READS)
    List<Views.BackupRepository> repositories();
}
