package io.matriarch.postgres;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.matriarch.postgres",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule CORE_IS_PURE =
            classes()
                    .that()
                    .resideInAPackage("..postgres.core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.matriarch.api..",
                            "io.matriarch.postgres.api..",
                            "io.matriarch.postgres.core..",
                            "java.lang..",
                            "java.util",
                            "java.util.function",
                            "java.util.regex",
                            "java.util.stream",
                            "java.util.zip",
                            "java.nio",
                            "java.nio.file",
                            "java.time",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule CORE_OPENS_NO_FILE_AND_READS_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("..postgres.core..")
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
                    .resideInAnyPackage(
                            "..postgres.core..", "..postgres.control..", "..postgres.sql..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.osgi..");

    @ArchTest
    static final ArchRule SQL_KNOWS_NO_PROCESSES =
            noClasses()
                    .that()
                    .resideInAPackage("..postgres.sql..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..postgres.control..", "..postgres.osgi..");
}
