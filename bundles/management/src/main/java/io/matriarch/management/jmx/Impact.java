package io.matriarch.management.jmx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;
import javax.management.MBeanOperationInfo;

/** Whether an operation changes anything, and so who may call it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Impact {
    String KEY = "matriarch.impact";

    int READS = MBeanOperationInfo.INFO;
    int CHANGES = MBeanOperationInfo.ACTION;

    String ROLE = "role";

    @DescriptorKey(KEY)
    int value();

    /** Who may; empty: a viewer what reads, an operator what changes. */
    @DescriptorKey(ROLE)
    String role() default "";
}
