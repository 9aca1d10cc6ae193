package io.matriarch.monitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.matriarch.monitor",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule CORE_IS_PURE =
            classes()
                    .that()
                    .resideInAPackage("..monitor.core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.matriarch.api..",
                            "io.matriarch.monitor.api..",
                            "io.matriarch.failover.api..",
                            "io.matriarch.backup.api..",
                            "io.matriarch.postgres.api..",
                            "io.matriarch.monitor.core..",
                            "java.lang..",
                            "java.nio",
                            "java.time",
                            "java.util",
                            "java.util.concurrent", // maps only, see below
                            "java.util.function",
                            "java.util.regex",
                            "java.util.stream",
                            "java.util.zip",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule CORE_READS_NO_CLOCK_AND_STARTS_NO_THREAD =
            noClasses()
                    .that()
                    .resideInAPackage("..monitor.core..")
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(Thread.class, java.util.concurrent.ExecutorService.class);

    @ArchTest
    static final ArchRule OSGI_STAYS_AT_THE_EDGE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..monitor.osgi..", "..monitor.api..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.osgi..");

    @ArchTest
    static final ArchRule MICROMETER_STAYS_IN_ITS_PACKAGE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..monitor.micrometer..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.micrometer..", "io.prometheus..");
}
