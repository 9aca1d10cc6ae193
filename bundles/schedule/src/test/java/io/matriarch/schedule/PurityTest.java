package io.matriarch.schedule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.matriarch.schedule", importOptions = DoNotIncludeTests.class)
class PurityTest {
    @ArchTest
    static final ArchRule coreIsPure =
            noClasses()
                    .that()
                    .resideInAPackage("..schedule.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi..",
                            "org.slf4j..",
                            "java.net..",
                            "java.nio.file..",
                            "java.util.concurrent..",
                            "..schedule.quartz..",
                            "..schedule.osgi..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(Thread.class, java.time.Clock.class, java.io.File.class);

    @ArchTest
    static final ArchRule quartzKnowsNoOsgi =
            noClasses()
                    .that()
                    .resideInAPackage("..schedule.quartz..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.osgi..", "..schedule.osgi..");
}
