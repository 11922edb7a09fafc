# Boot sector that succeeds only where a guest's 64-bit code with paging and SSE really runs.
#
# Real mode -> page tables for the first 2 MiB -> long mode -> SSE loop -> exit through QEMU's isa-debug-exit.
# A machine whose KVM cannot do that hangs here, and the caller's time limit ends it.
# Register bits: Intel SDM volume 3, sections 2.5 (CR0, CR4), 4.5 (4-level paging) and 10.8.5 (entering IA-32e mode).

        .set    PML4, 0x1000
        .set    PDPT, 0x2000
        .set    DIRECTORY, 0x3000
        .set    PRESENT_WRITABLE, 0x3
        .set    HUGE_PAGE, 0x80
        .set    CR0_PE_MP, 0x3
        .set    CR0_EM, 0x4
        .set    CR0_PG, 0x80000000
        .set    CR4_PAE, 0x20
        .set    CR4_OSFXSR_OSXMMEXCPT, 0x600
        .set    MSR_EFER, 0xc0000080
        .set    EFER_LME, 0x100
        .set    EXIT_PORT, 0xf4
        .set    EXIT_VALUE, 0x10         # QEMU ends with (value << 1) | 1

        .code16
        .globl  start
start:
        cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp

        movw    $PML4, %di              # three empty tables of 4 KiB
        movw    $(3 * 4096 / 2), %cx
        cld
        rep stosw
        movl    $(PDPT | PRESENT_WRITABLE), PML4
        movl    $(DIRECTORY | PRESENT_WRITABLE), PDPT
        movl    $(HUGE_PAGE | PRESENT_WRITABLE), DIRECTORY

        movl    %cr4, %eax
        orl     $(CR4_PAE | CR4_OSFXSR_OSXMMEXCPT), %eax
        movl    %eax, %cr4
        movl    $PML4, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     $EFER_LME, %eax
        wrmsr
        movl    %cr0, %eax
        andl    $~CR0_EM, %eax
        orl     $(CR0_PG | CR0_PE_MP), %eax
        movl    %eax, %cr0
        lgdtl   descriptors_pointer
        ljmpl   $8, $long_mode

        .code64
long_mode:
        movw    $16, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $100000, %ecx           # long enough to be translated or run natively, not only single-stepped
again:
        movq    %rcx, %xmm0
        paddq   %xmm0, %xmm1
        pushq   %rcx
        popq    %rdx
        decl    %ecx
        jnz     again
        movb    $EXIT_VALUE, %al
        outb    %al, $EXIT_PORT
halt:
        hlt
        jmp     halt

        .balign 8
descriptors:
        .quad   0
        .quad   0x00209a0000000000      # 64-bit code, ring 0
        .quad   0x0000920000000000      # data, ring 0
descriptors_pointer:
        .word   descriptors_pointer - descriptors - 1
        .long   descriptors

        .org    510
        .word   0xaa55
