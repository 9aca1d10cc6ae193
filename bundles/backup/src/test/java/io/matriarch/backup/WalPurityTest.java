package io.matriarch.backup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.matriarch.backup.wal", importOptions = DoNotIncludeTests.class)
class WalPurityTest {
    @ArchTest
    static final ArchRule CORE_IS_PURE =
            classes()
                    .that()
                    .resideInAPackage("..wal.core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.matriarch.api..",
                            "io.matriarch.backup.api..",
                            "io.matriarch.backup.format..",
                            "..wal.core..",
                            "java.lang..",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "java.nio",
                            "java.nio.file",
                            "java.time",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule CORE_OPENS_NO_FILE_AND_READS_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("..wal.core..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.nio.file.Files")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule OSGI_STAYS_AT_THE_EDGE =
            noClasses()
                    .that()
                    .resideInAPackage("..backup.wal..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.osgi..");
}
