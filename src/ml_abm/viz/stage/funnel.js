// funnel
