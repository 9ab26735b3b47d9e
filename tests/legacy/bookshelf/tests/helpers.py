READER = ("reader@example.com", "reader-password")
LIBRARIAN = ("librarian@example.com", "librarian-password")
ADMIN = ("admin@example.com", "admin-password")


def login(client, email, password, remember=False, follow_redirects=False):
    data = {"email": email, "password": password}
    if remember:
        data["remember"] = "y"
    return client.post("/auth/login", data=data, follow_redirects=follow_redirects)


def logout(client):
    return client.get("/auth/logout", follow_redirects=True)
