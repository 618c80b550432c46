"""What stands between the views and the services: one desk a region, all under one session machine.

Views stay passive; desks run services in lanes and tell by signals what became true.
"""
